/// What a run of ``Migrator`` tells whoever started it, as it happens. Sent from several threads.
package enum MigrationEvent: Sendable {
    case databaseAway(MongoError, giveUpAfter: Duration)
    case databaseBack
    case lockHeld(by: LockHolder)
    case lockTaken(over: LockHolder)
    case stepStarted(MigrationStep, of: Int)
    case stepFinished(AppliedMigration)
    case collectionCreated(String)
    case validatorSet(String)
    /// - Parameter documents: how many the collection holds.
    case indexStarted(collection: String, StandingIndex, documents: Int)
    /// While the server is building. `percent` only when the server says it.
    case indexProgress(collection: String, index: String, documents: Int, elapsed: Duration, percent: Int?)
    case indexFinished(collection: String, index: String, elapsed: Duration)
    /// The server was restarted in the middle of building it, so it may lack entries.
    case indexRebuilt(collection: String, index: String)
    case adoptionStarted(messages: Int)
    /// The newest message is that new: somebody may still be writing.
    case adoptionMayRace(newestMessageAge: Duration)
    case adoptionProgress(AdoptionCounts, of: Int, elapsed: Duration)
    /// Messages without a number came in behind the place that had been reached.
    case adoptionLateMessages
    case adoptionFinished(AdoptionCounts, elapsed: Duration)
    /// Documents of other collections that were moved aside or completed.
    case foreignDocuments(collection: String, completed: Int, rejected: Int)
    /// Outside of the steps: something was missing that had been there.
    case repairing(SchemaDifference)
}
