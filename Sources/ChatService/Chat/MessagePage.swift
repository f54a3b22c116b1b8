package import BSON

/// One page of a room's history.
package struct MessagePage: Hashable, Sendable {
    /// Oldest first.
    package var messages: [Message]
    /// Pass it as `before_id` to go on; nil when there is nothing older.
    package var nextBeforeID: ObjectID?
    /// Pass it as `after_id` to go on to newer ones; nil when there is nothing newer, and where that was not asked for.
    package var nextAfterID: ObjectID?

    package init(messages: [Message], nextBeforeID: ObjectID?, nextAfterID: ObjectID? = nil) {
        self.messages = messages
        self.nextBeforeID = nextBeforeID
        self.nextAfterID = nextAfterID
    }
}

/// Which part of a room's history is asked for.
package enum HistoryPosition: Hashable, Sendable {
    case newest
    case before(ObjectID)
    case after(ObjectID)
    /// The message, or what stands where it would be, with what is before and behind it.
    case around(ObjectID)

    /// Whether pages go towards newer messages, too.
    package var goesForward: Bool {
        switch self {
        case .newest, .before: false
        case .after, .around: true
        }
    }
}
