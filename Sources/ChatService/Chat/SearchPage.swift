package import BSON

/// One page of a search.
package struct SearchPage: Hashable, Sendable {
    package struct Hit: Hashable, Sendable {
        package var message: Message
        /// Where the text stands in the content, in UTF-16 units; empty when no text was looked for.
        package var ranges: [Range<Int>]

        package init(message: Message, ranges: [Range<Int>]) {
            self.message = message
            self.ranges = ranges
        }
    }

    /// Newest first.
    package var hits: [Hit]
    /// Pass it as `before_id` to go on; nil when all has been looked through.
    package var nextBeforeID: ObjectID?
    /// The newest message of the room that is in the index; newer ones were looked through one by one. Nil when the room
    /// has no index, and in a search of several rooms.
    package var indexedThrough: Int64?

    package init(hits: [Hit], nextBeforeID: ObjectID?, indexedThrough: Int64? = nil) {
        self.hits = hits
        self.nextBeforeID = nextBeforeID
        self.indexedThrough = indexedThrough
    }

    package static let empty = SearchPage(hits: [], nextBeforeID: nil)
}
