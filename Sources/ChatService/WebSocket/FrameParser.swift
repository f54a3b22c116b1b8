package import NIOCore

/// Reads a client's frames (RFC 6455): bytes in, events out, no I/O.
///
/// Feed it whatever arrived and take events until there are none:
/// ```swift
/// while let event = parser.next(&bytes) { … }
/// ```
/// It consumes all bytes given. What it keeps between two calls is a few numbers and the bytes of a message that is not
/// whole yet; so a connection at rest holds no buffer. A broken rule is reported as soon as the byte that breaks it is
/// there, and after that, as after a close frame, everything is ignored.
///
/// A payload is unmasked while it is copied out of the input. Unmasking inside the input would cost more: the channel
/// keeps a reference to its receive buffer, so the first change would copy all of that buffer; and a message that is
/// kept would hold the whole receive buffer with it.
package struct FrameParser {
    /// What the next byte is.
    private enum Step {
        case opcode
        case length
        case extendedLength
        case mask
        case payload
        case finished
    }

    private let maximumMessageBytes: Int
    private let maximumFragments: Int
    private let allowsCompressed: Bool

    private var step = Step.opcode
    private var header = FrameHeader()
    /// The bytes of the extended length or the mask, or of the payload, that are still to come.
    private var bytesLeft = 0
    private var mask = FrameMask(key: 0)
    private var control = ByteBuffer()
    private var message = PartialMessage()

    /// A parser for one connection.
    package init(_ configuration: WebSocketConfiguration = WebSocketConfiguration()) {
        self.maximumMessageBytes = configuration.maximumMessageBytes
        self.maximumFragments = configuration.maximumFragments
        self.allowsCompressed = configuration.allowsCompressedMessages
    }

    /// Whether a close frame or a violation ended the conversation, so that all further bytes are ignored.
    package var isFinished: Bool { self.step == .finished }

    /// Whether memory is held for a frame or message that is not whole.
    package var holdsBytes: Bool { self.control.capacity > 0 || self.message.bytes.capacity > 0 }

    /// Takes bytes from `input` up to the end of the next event.
    /// - Returns: the event, or nil when `input` is used up.
    package mutating func next(_ input: inout ByteBuffer) -> FrameEvent? {
        do {
            while true {
                switch self.step {
                case .opcode:
                    guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                    try self.readOpcode(byte)
                case .length:
                    guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                    try self.readLength(byte)
                case .extendedLength:
                    guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                    try self.readExtendedLength(byte)
                case .mask:
                    guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                    self.readMask(byte)
                case .payload:
                    try self.readPayload(&input)
                    guard self.bytesLeft == 0 else { return nil }
                    if let event = try self.endFrame() { return event }
                case .finished:
                    input.moveReaderIndex(to: input.writerIndex)
                    return nil
                }
            }
        } catch {
            self.finish()
            return .violation(error.code, error.reason)
        }
    }

    private mutating func finish() {
        self.step = .finished
        self.control = ByteBuffer()
        self.message = PartialMessage()
    }
}

// MARK: - Header

extension FrameParser {
    private mutating func readOpcode(_ byte: UInt8) throws(FrameViolation) {
        guard byte & 0x30 == 0 else { throw .protocolError("reserved bit set") }
        guard let opcode = FrameOpcode(rawValue: byte & 0x0F) else { throw .protocolError("reserved opcode") }
        self.header = FrameHeader(opcode: opcode, isFinal: byte & 0x80 != 0)
        let compressed = byte & 0x40 != 0

        switch opcode {
        case .close, .ping, .pong:
            guard self.header.isFinal else { throw .protocolError("fragmented control frame") }
            guard !compressed else { throw .protocolError("reserved bit set") }
        case .continuation:
            guard self.message.kind != nil else { throw .protocolError("continuation of no message") }
            guard !compressed else { throw .protocolError("reserved bit set") }
            try self.countFragment()
        case .text, .binary:
            guard self.message.kind == nil else { throw .protocolError("new message inside a fragmented one") }
            guard !compressed || self.allowsCompressed else { throw .protocolError("reserved bit set") }
            self.message.kind = opcode == .text ? .text : .binary
            self.message.isCompressed = compressed
            try self.countFragment()
        }
        self.step = .length
    }

    private mutating func countFragment() throws(FrameViolation) {
        self.message.fragments += 1
        guard self.message.fragments <= self.maximumFragments else {
            throw FrameViolation(code: .policyViolation, reason: "too many fragments")
        }
    }

    private mutating func readLength(_ byte: UInt8) throws(FrameViolation) {
        guard byte & 0x80 != 0 else { throw .protocolError("frame without a mask") }
        let length = byte & 0x7F
        switch length {
        case ...125:
            try self.beginMask(payloadBytes: UInt64(length))
        case 126, 127:
            guard !self.header.opcode.isControl else { throw .protocolError("control frame over 125 bytes") }
            self.bytesLeft = length == 126 ? 2 : 8
            self.header.hasLongLength = length == 127
            self.step = .extendedLength
        default:
            throw .protocolError("impossible length")
        }
    }

    private mutating func readExtendedLength(_ byte: UInt8) throws(FrameViolation) {
        self.header.payloadBytes = self.header.payloadBytes << 8 | UInt64(byte)
        self.bytesLeft -= 1
        guard self.bytesLeft == 0 else { return }
        let shortest: UInt64 = self.header.hasLongLength ? 0x1_0000 : 126
        guard self.header.payloadBytes >= shortest else { throw .protocolError("length not in its shortest form") }
        guard self.header.payloadBytes <= UInt64(Int64.max) else { throw .protocolError("length over 63 bits") }
        try self.beginMask(payloadBytes: self.header.payloadBytes)
    }

    private mutating func beginMask(payloadBytes: UInt64) throws(FrameViolation) {
        if !self.header.opcode.isControl {
            let room = max(0, self.maximumMessageBytes - self.message.bytes.readableBytes)
            guard payloadBytes <= UInt64(room) else {
                throw FrameViolation(code: .messageTooBig, reason: "message over \(self.maximumMessageBytes) bytes")
            }
        }
        self.header.payloadBytes = payloadBytes
        self.bytesLeft = 4
        self.step = .mask
    }

    private mutating func readMask(_ byte: UInt8) {
        self.header.maskKey = self.header.maskKey << 8 | UInt32(byte)
        self.bytesLeft -= 1
        guard self.bytesLeft == 0 else { return }
        self.mask = FrameMask(key: self.header.maskKey)
        self.bytesLeft = Int(self.header.payloadBytes)
        self.step = .payload
    }
}

// MARK: - Payload

extension FrameParser {
    private mutating func readPayload(_ input: inout ByteBuffer) throws(FrameViolation) {
        let count = min(self.bytesLeft, input.readableBytes)
        guard count > 0 else { return }
        self.bytesLeft -= count
        if self.header.opcode.isControl {
            self.mask.unmask(&input, count: count, appendingTo: &self.control)
            return
        }
        self.mask.unmask(&input, count: count, appendingTo: &self.message.bytes)
        guard self.message.checkText(last: count) else { throw .invalidText }
    }

    /// The end of a frame: an event, unless it was a fragment that is not the last.
    private mutating func endFrame() throws(FrameViolation) -> FrameEvent? {
        self.step = .opcode
        switch self.header.opcode {
        case .continuation, .text, .binary:
            guard self.header.isFinal else { return nil }
            return try self.endMessage()
        case .ping:
            return .ping(self.takeControl())
        case .pong:
            return .pong(self.takeControl())
        case .close:
            let event = try Self.closeEvent(self.takeControl())
            self.finish()
            return event
        }
    }

    private mutating func endMessage() throws(FrameViolation) -> FrameEvent {
        let whole = self.message
        self.message = PartialMessage()
        guard whole.isTextComplete else { throw .invalidText }
        return .message(whole.kind ?? .binary, whole.bytes, compressed: whole.isCompressed)
    }

    private mutating func takeControl() -> ByteBuffer {
        let payload = self.control
        self.control = ByteBuffer()
        return payload
    }

    /// RFC 6455 section 5.5.1: nothing, or a code and a reason in UTF-8.
    private static func closeEvent(_ payload: ByteBuffer) throws(FrameViolation) -> FrameEvent {
        var payload = payload
        if payload.readableBytes == 0 { return .close(nil, reason: "") }
        guard let raw = payload.readInteger(as: UInt16.self) else {
            throw .protocolError("close frame of one byte")
        }
        let code = CloseCode(rawValue: raw)
        guard code.isAllowedOnWire else { throw .protocolError("close code \(raw)") }
        var validator = UTF8Validator()
        let isValid = payload.withUnsafeReadableBytes { validator.accept($0) } && validator.isAtCharacterBoundary
        guard isValid else { throw .invalidText }
        return .close(code, reason: String(buffer: payload))
    }
}
