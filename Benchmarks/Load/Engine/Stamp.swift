import Glibc

/// The beginning of each message's content: when it was sent and by which client, in 26 bytes of hex.
struct Stamp {
    var nanoseconds: UInt64
    var client: UInt32

    static let length = 26

    private static let content = Pattern("\"content\":\"")

    /// Reads it from a `message` frame; nil when the message is not from here.
    init?(in frame: UnsafePointer<UInt8>, count: Int) {
        guard let text = Self.content.end(in: frame, count: count), frame + count - text >= Self.length,
            text[16] == UInt8(ascii: "."), text[25] == UInt8(ascii: "."), let time = Self.hex(text, 16),
            let client = Self.hex(text + 17, 8)
        else { return nil }
        nanoseconds = time
        self.client = UInt32(client)
    }

    init(nanoseconds: UInt64, client: UInt32) {
        self.nanoseconds = nanoseconds
        self.client = client
    }

    func write(to text: UnsafeMutablePointer<UInt8>) {
        Self.writeHex(nanoseconds, digits: 16, to: text)
        text[16] = UInt8(ascii: ".")
        Self.writeHex(UInt64(client), digits: 8, to: text + 17)
        text[25] = UInt8(ascii: ".")
    }

    static func writeHex(_ value: UInt64, digits: Int, to text: UnsafeMutablePointer<UInt8>) {
        for place in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * (digits - 1 - place))) & 15
            text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }

    private static func hex(_ text: UnsafePointer<UInt8>, _ digits: Int) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<digits {
            let digit = text[place]
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
