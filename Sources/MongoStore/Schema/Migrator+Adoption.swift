internal import BSON

// A database that another application filled.
extension Migrator {
    private static let maximumPasses = 3
    private static let maximumRefusals = 100
    /// A newer message than that makes one doubt that the older application was stopped.
    private static let quietTime = Duration.seconds(60)

    /// Messages that have no number. A scan of all.
    static let unnumbered: BSONDocument = ["$nor": [["seq": ["$type": ["int", "long"], "$gte": 1]]]]

    func adoptOlderMessages() async throws {
        try await bringForeignDocumentsIntoForm()
        // From here on the server refuses what an older application writes: nothing can come in behind the numbering.
        try await setValidators([Schema.messages.name])
        // Rooms, members and users are looked up by their keys while messages are numbered.
        let small = [Schema.rooms.name, Schema.members.name, Schema.users.name]
        try await buildIndexes { _, collection in small.contains(collection) }
        guard let age = try await ageOfNewestMessage() else { return }
        if age < Self.quietTime { report(.adoptionMayRace(newestMessageAge: age)) }
        try await adoptMessages()
    }

    private func bringForeignDocumentsIntoForm() async throws {
        let apart = [Schema.messages.name, Schema.migrations.name, Schema.lock.name]
        let control = control
        for collection in schema where !apart.contains(collection.name) {
            let (completed, rejected) = try await attempt("foreign documents") { connection in
                try ForeignDocumentsRun(
                    connection: connection, collection: collection, checkpoint: { try control.checkpoint() }
                ).run()
            }
            guard completed + rejected > 0 else { continue }
            report(.foreignDocuments(collection: collection.name, completed: completed, rejected: rejected))
        }
    }

    /// Nil when there are no messages.
    private func ageOfNewestMessage() async throws -> Duration? {
        try await attempt("newest message") { connection in
            let options = FindOptions(sort: ["_id": -1], projection: ["_id": 1])
            guard let newest = try connection.findOne(Schema.messages.name, [:], options: options) else { return nil }
            let time = newest.objectID("_id")?.milliseconds ?? 0
            return .milliseconds(try connection.serverTimeMilliseconds() - time)
        }
    }

    private func adoptMessages() async throws {
        let start = ContinuousClock.now
        let total = try await attempt("count") { connection in
            Int(try connection.read(["count": .string(Schema.messages.name)]).int64("n") ?? 0)
        }
        report(.adoptionStarted(messages: total))
        let counts = Locked(AdoptionCounts())
        for number in 1... {
            try await pass(counts, total: total, since: start)
            guard try await hasUnnumbered() else { break }
            guard number < Self.maximumPasses else {
                throw MigrationError(
                    .data, "messages without a number keep coming in; stop the older application, then run this again")
            }
            report(.adoptionLateMessages)
        }
        report(.adoptionFinished(counts.value, elapsed: .now - start))
    }

    private func hasUnnumbered() async throws -> Bool {
        try await attempt("unnumbered") { connection in
            try connection.findOne(Schema.messages.name, Self.unnumbered) != nil
        }
    }

    /// One pass over all messages, begun anew when the database was away or refused a message.
    private func pass(
        _ counts: Locked<AdoptionCounts>, total: Int, since start: ContinuousClock.Instant
    ) async throws {
        let (control, report, batchCount) = (control, report, options.batchCount)
        let reportSometimes = throttled { counts in
            report(.adoptionProgress(counts, of: max(total, counts.examined), elapsed: .now - start))
        }
        let refused = Locked<[ObjectID: String]>([:])
        try await attempt("adoption") { connection in
            while true {
                var run = AdoptionRun(
                    connection: connection, batchCount: batchCount, counts: counts.value, refused: refused.value,
                    checkpoint: { try control.checkpoint() },
                    progress: { latest in
                        counts.withLock { $0 = latest }
                        reportSometimes(latest)
                    })
                do {
                    return try run.run()
                } catch let refusal as AdoptionRun.Refusal {
                    let count = refused.withLock { refused in
                        refused[refusal.id] = refusal.reason
                        return refused.count
                    }
                    guard count <= Self.maximumRefusals else {
                        throw MigrationError(
                            .data, "the server refuses message \(refusal.id) and \(count - 1) more: \(refusal.reason)")
                    }
                }
            }
        }
    }
}
