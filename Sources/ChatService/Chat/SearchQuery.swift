package import BSON

/// What to look for, in a room or in all rooms of a user.
package struct SearchQuery: Hashable, Sendable {
    /// What a message may have besides text.
    package enum Attribute: String, Hashable, Sendable, CaseIterable {
        case file, link, mention
    }

    /// Literal text, found anywhere in the content without regard to case; nil: any message.
    package var text: String?
    package var author: UserID?
    /// A hit has all of them.
    package var attributes: Set<Attribute>
    package var before: ObjectID?
    package var limit: Int

    /// Length of `q` in Unicode scalars.
    package static let textLength = 1...256

    /// - Throws: `bad_request` when the text is empty, too long or holds U+0000, or when nothing is asked for.
    package init(
        text: String?, author: UserID?, attributes: Set<Attribute> = [], before: ObjectID?, limit: Int
    ) throws(ChatError) {
        if let text {
            guard Self.textLength.contains(text.unicodeScalars.count) else {
                throw .badRequest("q is 1 to \(Self.textLength.upperBound) characters")
            }
            guard !text.utf8.contains(0) else { throw .badRequest("q holds a NUL character") }
        } else if author == nil, attributes.isEmpty {
            throw .badRequest("q is missing")
        }
        self.text = text
        self.author = author
        self.attributes = attributes
        self.before = before
        self.limit = limit
    }

    /// The value of `has`: words with commas between them.
    ///
    /// - Throws: `bad_request` for any other word.
    package static func attributes(_ text: String?) throws(ChatError) -> Set<Attribute> {
        var attributes: Set<Attribute> = []
        for word in text?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            guard let attribute = Attribute(rawValue: String(word)) else {
                throw .badRequest("has is file, link or mention, or several with commas between them")
            }
            attributes.insert(attribute)
        }
        return attributes
    }
}
