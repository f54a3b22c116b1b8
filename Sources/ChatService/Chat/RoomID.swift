/// The name of a room: 1 to 64 of `A-Z a-z 0-9 _ . : -`, and none of the words that paths use
/// (`.`, `..`, `direct`, `me`).
package struct RoomID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package static let maximumLength = 64

    /// - Throws: `bad_request` when the text is no room id.
    package init(_ text: String) throws(ChatError) {
        let bytes = text.utf8
        guard (1...Self.maximumLength).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
            throw .badRequest("a room id is 1 to 64 of A-Z a-z 0-9 _ . : -")
        }
        guard !Self.reserved.contains(text) else {
            throw .badRequest("\"\(text)\" is a reserved word, not a room id")
        }
        self.rawValue = text
    }

    /// For ids that were checked when they were stored.
    package init(stored text: String) {
        self.rawValue = text
    }

    package var description: String { rawValue }

    /// FNV-1a (64 bits) of the id: the same in every process and version.
    package var stableHash: UInt64 {
        rawValue.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// Of rooms that only ``direct(_:_:)`` makes.
    package var isReserved: Bool { rawValue.hasPrefix(Self.directPrefix) }

    private static let directPrefix = "direct:"

    /// The one direct room of two users, whoever of them asks.
    package static func direct(_ one: UserID, _ other: UserID) -> RoomID {
        let users = [one, other].sorted().map(\.rawValue)
        let digest = MessageDigest(of: users)
        return RoomID(stored: directPrefix + hexadecimal(digest.high) + hexadecimal(digest.low))
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static let reserved: Set<String> = [".", "..", "direct", "me"]

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
