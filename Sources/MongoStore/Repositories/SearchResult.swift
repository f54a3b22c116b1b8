/// What a search found within its time.
package struct SearchResult: Sendable, Hashable {
    /// Newest first.
    package var hits: [MessageRecord]
    /// All messages from this number on have been looked at: go on with `before:` this. Nil when the room's beginning
    /// was reached.
    package var stoppedAt: Int64?

    package init(hits: [MessageRecord], stoppedAt: Int64?) {
        self.hits = hits
        self.stoppedAt = stoppedAt
    }
}
