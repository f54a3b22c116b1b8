package import BSON

/// One page of a room's history.
package struct MessagePage: Hashable, Sendable {
    /// Oldest first.
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
