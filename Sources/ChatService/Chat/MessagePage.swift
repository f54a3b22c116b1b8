package import BSON

/// One page of a room's history or of a search.
package struct MessagePage: Hashable, Sendable {
    /// History: oldest first. Search: newest first.
    package var messages: [Message]
    /// Pass it as `before_id` to go on; nil when there is nothing older.
    package var nextBeforeID: ObjectID?

    package init(messages: [Message], nextBeforeID: ObjectID?) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
    }
}

/// Which part of a room's history is asked for.
package enum HistoryPosition: Hashable, Sendable {
    case newest
    case before(ObjectID)
    case after(ObjectID)
}

/// What to look for in a room.
package struct SearchQuery: Hashable, Sendable {
    /// Literal text, found as a case-insensitive part of the content.
    package var text: String
    package var author: UserID?
    package var before: ObjectID?
    package var limit: Int

    /// Length of `q` in Unicode scalars.
    package static let textLength = 1...256

    /// - Throws: `bad_request` when the text is empty, too long or holds U+0000, which no pattern can express.
    package init(text: String, author: UserID?, before: ObjectID?, limit: Int) throws(ChatError) {
        guard Self.textLength.contains(text.unicodeScalars.count) else {
            throw .badRequest("q is 1 to \(Self.textLength.upperBound) characters")
        }
        guard !text.utf8.contains(0) else { throw .badRequest("q holds a NUL character") }
        self.text = text
        self.author = author
        self.before = before
        self.limit = limit
    }
}
