/// The name of a user as the team's application knows it: 1 to 128 bytes of UTF-8, no control characters.
package struct UserID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package static let maximumBytes = 128

    /// - Throws: `bad_request` when the text is no user id.
    package init(_ text: String) throws(ChatError) {
        guard (1...Self.maximumBytes).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw .badRequest("a user id is 1 to 128 bytes without control characters")
        }
        self.rawValue = text
    }

    /// For ids that were checked when they were stored or signed.
    package init(stored text: String) {
        self.rawValue = text
    }

    package var description: String { rawValue }

    // By bytes, as the database compares. `String` would take canonically equivalent texts, such as an accented letter in
    // one scalar or in two, for the same user.
    package static func == (left: UserID, right: UserID) -> Bool {
        left.rawValue.utf8.elementsEqual(right.rawValue.utf8)
    }

    package static func < (left: UserID, right: UserID) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
