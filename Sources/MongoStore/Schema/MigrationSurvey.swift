/// How a database stands to the schema. Pure.
package struct MigrationSurvey: Sendable {
    package var history: MigrationHistory
    package var differences: [SchemaDifference]
    /// Who is migrating now, or was and did not release the lock.
    package var lock: LockHolder?
    /// A run ended while an index was being built.
    package var hasBuildMark: Bool
    /// The database's clock, milliseconds since 1970.
    package var timeMilliseconds: Int64

    /// Whether `migrate up` has nothing to do.
    package var isDone: Bool {
        history.state == .current && !hasBuildMark && !differences.contains(where: \.isRepairable)
    }
}
