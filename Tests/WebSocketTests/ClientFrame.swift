import NIOCore
import WebSocket

/// Makes a client's frames byte by byte, right and wrong ones, independently of the code under test.
struct ClientFrame {
    var opcode: UInt8
    var payload: [UInt8] = []
    var isFinal = true
    /// The three reserved bits as they stand in the first byte (0x40, 0x20, 0x10).
    var reserved: UInt8 = 0
    /// nil sends the payload without a mask.
    var mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
    /// How many bytes the length takes: 0 (in the second byte), 2 or 8; nil is the shortest form.
    var lengthBytes: Int?
    /// The length that is announced, where it differs from the payload's.
    var announcedLength: UInt64?

    static func text(_ text: String, isFinal: Bool = true) -> ClientFrame {
        ClientFrame(opcode: 0x1, payload: Array(text.utf8), isFinal: isFinal)
    }

    static func binary(_ bytes: [UInt8], isFinal: Bool = true) -> ClientFrame {
        ClientFrame(opcode: 0x2, payload: bytes, isFinal: isFinal)
    }

    static func continuation(_ bytes: [UInt8], isFinal: Bool) -> ClientFrame {
        ClientFrame(opcode: 0x0, payload: bytes, isFinal: isFinal)
    }

    static func ping(_ text: String = "") -> ClientFrame {
        ClientFrame(opcode: 0x9, payload: Array(text.utf8))
    }

    static func pong(_ text: String = "") -> ClientFrame {
        ClientFrame(opcode: 0xA, payload: Array(text.utf8))
    }

    static func close(_ code: UInt16? = nil, _ reason: [UInt8] = []) -> ClientFrame {
        ClientFrame(opcode: 0x8, payload: (code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + reason)
    }

    var bytes: [UInt8] {
        let length = self.announcedLength ?? UInt64(self.payload.count)
        let lengthBytes = self.lengthBytes ?? (length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8)
        var bytes = [(self.isFinal ? 0x80 : 0) | self.reserved | self.opcode]
        let maskBit: UInt8 = self.mask == nil ? 0 : 0x80
        switch lengthBytes {
        case 0: bytes.append(maskBit | UInt8(length))
        case 2: bytes += [maskBit | 126, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
        default: bytes += [maskBit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        }
        guard let mask = self.mask else { return bytes + self.payload }
        return bytes + mask + self.payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }
}

extension ByteBuffer {
    /// The readable bytes as an array.
    var array: [UInt8] { Array(self.readableBytesView) }
}

/// Everything a parser says about these chunks, one after the other.
func events(
    of chunks: [[UInt8]], configuration: WebSocketConfiguration = WebSocketConfiguration()
) -> [FrameEvent] {
    var parser = FrameParser(configuration)
    var events: [FrameEvent] = []
    for chunk in chunks {
        var input = ByteBuffer(bytes: chunk)
        while let event = parser.next(&input) {
            events.append(event)
        }
        precondition(input.readableBytes == 0, "the parser takes all it is given")
    }
    return events
}

/// Everything a parser says about these frames.
func events(
    of frames: ClientFrame..., configuration: WebSocketConfiguration = WebSocketConfiguration()
) -> [FrameEvent] {
    events(of: [frames.flatMap(\.bytes)], configuration: configuration)
}

extension FrameEvent {
    static func text(_ text: String) -> FrameEvent {
        .message(.text, ByteBuffer(string: text), compressed: false)
    }

    static func binary(_ bytes: [UInt8]) -> FrameEvent {
        .message(.binary, ByteBuffer(bytes: bytes), compressed: false)
    }

    /// The close code, when this event ends the connection because of a broken rule.
    var violatedCode: CloseCode? {
        if case .violation(let code, _) = self { code } else { nil }
    }
}

/// A small generator whose runs can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
