import BSON
package import Chat

/// A change on its way into its room's log.
package struct ChangeSubmission: Sendable {
    package typealias Completion = @Sendable (Result<AppliedChange?, ChatError>) -> Void

    let draft: ChangeDraft
    /// When it is given up with `unavailable`.
    let deadline: ContinuousClock.Instant
    /// Where the room's changes were last noted to end.
    let hint: Int64
    let completion: Completion
    /// The ids under which it may have been stored.
    var attempts: [ObjectID] = []

    package init(
        draft: ChangeDraft, hint: Int64, deadline: ContinuousClock.Instant, completion: @escaping Completion
    ) {
        self.draft = draft
        self.hint = hint
        self.deadline = deadline
        self.completion = completion
    }
}
