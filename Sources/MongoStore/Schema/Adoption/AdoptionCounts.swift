/// What an adoption did, in documents.
package struct AdoptionCounts: Sendable, Hashable {
    /// Messages read so far; when an interrupted adoption goes on, also those that it had done.
    package var examined = 0
    /// Messages that got their number in this run.
    package var numbered = 0
    /// Of these, messages that had one and moved behind a message that came in late.
    package var renumbered = 0
    /// Messages moved to `messages_rejected` in this run.
    package var rejected = 0
    package var rooms = 0
    package var members = 0
    package var users = 0

    package init() {}
}
