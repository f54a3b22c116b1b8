/// How an ordered write of a batch ended.
package enum AppendOutcome: Sendable {
    /// All stored, acknowledged by the majority's journals.
    case stored
    /// The first `count` stored and acknowledged; the next one was refused; those behind it were not tried.
    case refused(after: Int, Refusal)
    /// Not sent: the database is not, or not known to be, the run of the primary that it was when it was inspected.
    case notSent(LogStorageError)
    /// Nothing is known: some or all may be stored, now or later.
    case unknown(LogStorageError)

    /// Why one document was refused.
    package enum Refusal: Hashable, Sendable {
        /// Its `seq` or its `client_id` is taken.
        case duplicate
        /// The database's validator or a size limit refused it.
        case invalid(String)
    }
}
