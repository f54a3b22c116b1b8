internal import BSON

/// Brings a database to the current schema, and says how far it is. One value a run.
///
/// Safe to start anywhere, any number of times: runs take turns by a lock in the database, and each goes on where the
/// one before ended, however that ended.
package struct Migrator: Sendable {
    package struct Options: Sendable {
        /// How long to wait for a database that is away, and for another run that holds the lock.
        package var wait: Duration
        /// How long the lock holds without being renewed; renewed three times as often.
        package var lockExpiry: Duration
        /// How long an expired lock must stay unchanged before it is taken over.
        package var lockGrace: Duration
        /// Between two progress events of one thing; longer once it lasts.
        package var progressInterval: Duration
        /// Messages that are adopted in one transaction.
        package var batchCount: Int

        package init(
            wait: Duration = .seconds(60), lockExpiry: Duration = .seconds(30), lockGrace: Duration = .seconds(3),
            progressInterval: Duration = .seconds(2), batchCount: Int = 1000
        ) {
            self.wait = wait
            self.lockExpiry = lockExpiry
            self.lockGrace = lockGrace
            self.progressInterval = progressInterval
            self.batchCount = batchCount
        }
    }

    let client: MongoClient
    let options: Options
    let steps: [MigrationStep]
    let schema: [CollectionSchema]
    let report: @Sendable (MigrationEvent) -> Void
    let control = MigrationControl()

    /// - Parameters:
    ///   - client: with socket timeouts longer than the building of an index; see ``MigrationConnectionString``.
    ///   - report: called from several threads, one at a time or not; must return soon.
    package init(
        client: MongoClient, options: Options = Options(), steps: [MigrationStep] = MigrationStep.all,
        schema: [CollectionSchema] = Schema.current, report: @escaping @Sendable (MigrationEvent) -> Void = { _ in }
    ) {
        self.client = client
        self.options = options
        self.steps = steps
        self.schema = schema
        self.report = report
    }

    /// Applies the steps that are pending, then puts right what went missing since they were applied.
    ///
    /// When the task is cancelled it stops between two pieces of work and releases the lock.
    /// - Returns: whether there was anything to do.
    /// - Throws: ``MigrationError``. An index that stands with another definition is `.conflict`, after everything else
    ///   of its step has been done.
    package func up() async throws(MigrationError) -> Bool {
        do {
            return try await withTaskCancellationHandler {
                guard try await !survey().isDone else { return false }
                return try await holdingLock { try await migrate() }
            } onCancel: {
                control.stop(MigrationError(.interrupted, "interrupted"))
            }
        } catch let error as MigrationError {
            throw error
        } catch {
            throw MigrationError(.failed, "\(error)")
        }
    }

    /// What is applied, pending, and different. Writes nothing.
    /// - Throws: also `.state` when the database is not one for this program.
    package func survey() async throws(MigrationError) -> MigrationSurvey {
        let survey = try await surveyOfAnyState()
        guard survey.history.state.isUsable else { throw MigrationError(.state, survey.history.state.description) }
        return survey
    }

    package func surveyOfAnyState() async throws(MigrationError) -> MigrationSurvey {
        let (steps, schema) = (steps, schema)
        return try await attempt("survey") { connection in
            MigrationSurvey(
                history: MigrationHistory(steps: steps, applied: try AppliedMigration.all(connection)),
                differences: SchemaDifference.between(schema, try StandingDatabase(of: connection, schema: schema)),
                lock: try MigrationLock.holder(connection), hasBuildMark: try BuildMark.read(connection) != nil,
                timeMilliseconds: try connection.serverTimeMilliseconds())
        }
    }

    /// How many messages have no number yet; reads all.
    package func unnumberedMessages() async throws(MigrationError) -> Int {
        try await attempt("count") { try $0.count(Schema.messages.name, Self.unnumbered) }
    }

    private func migrate() async throws -> Bool {
        // Again, now that nobody else is at it.
        let before = try await survey()
        guard !before.isDone else { return false }
        try await finishInterruptedBuild()
        for step in before.history.pending {
            try await apply(step)
        }
        try await repair()
        return true
    }

    private func apply(_ step: MigrationStep) async throws {
        report(.stepStarted(step, of: steps.count))
        let start = ContinuousClock.now
        switch step.action {
        case .createCollections(let names): try await createCollections(names)
        case .adoptOlderMessages: try await adoptOlderMessages()
        case .buildIndexes(let targets):
            try await buildIndexes { index, collection in
                targets.contains { $0.collection == collection && $0.index == index.name }
            }
        case .setValidators(let targets): try await setValidators(targets.map(\.collection))
        }
        let duration = Int64((ContinuousClock.now - start) / .milliseconds(1))
        report(.stepFinished(try await record(step, durationMilliseconds: duration)))
    }

    private func record(_ step: MigrationStep, durationMilliseconds: Int64) async throws -> AppliedMigration {
        try control.checkpoint()
        return try await attempt("record") { connection in
            let record = AppliedMigration(
                version: step.version, name: step.name, checksum: step.checksum,
                appliedAtMilliseconds: try connection.serverTimeMilliseconds(),
                durationMilliseconds: durationMilliseconds)
            let outcome = try connection.insert(Schema.migrations.name, [record.document])
            // There already: an attempt whose answer was lost.
            if let first = outcome.writeErrors.first, first.code != .duplicateKey { throw first.error }
            if let error = outcome.writeConcernError { throw error }
            return record
        }
    }

    /// What was there when its step was applied, and is not any more.
    private func repair() async throws {
        let missing = try await survey().differences.filter(\.isRepairable)
        guard !missing.isEmpty else { return }
        for difference in missing { report(.repairing(difference)) }
        let names = Set(missing.map(\.collection))
        try await createCollections(schema.map(\.name).filter(names.contains))
        try await buildIndexes { _, collection in names.contains(collection) }
        try await setValidators(Array(names))
    }
}
