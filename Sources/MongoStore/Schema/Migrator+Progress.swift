internal import BSON

extension Migrator {
    /// Until cancelled: an event every interval. The time is always true; a percentage comes where the server tells it
    /// (mongod does; the embedded server answers nothing while it builds).
    func reportProgress(
        of index: IndexSchema, in collection: String, documents: Int, since start: ContinuousClock.Instant
    ) async {
        let percent = Locked<Int?>(nil)
        let asking = Task { await ask(collection, into: percent) }
        defer { asking.cancel() }
        while true {
            let elapsed = ContinuousClock.now - start
            try? await Task.sleep(for: max(options.progressInterval, min(elapsed / 5, .seconds(15))))
            guard !Task.isCancelled else { return }
            report(
                .indexProgress(
                    collection: collection, index: index.name, documents: documents, elapsed: .now - start,
                    percent: percent.value))
        }
    }

    private func ask(_ collection: String, into percent: Locked<Int?>) async {
        while !Task.isCancelled {
            let answer = try? await client.run("progress") { try Self.percent(of: collection, $0) }
            guard !Task.isCancelled else { return }
            percent.withLock { $0 = answer ?? nil }
            try? await Task.sleep(for: options.progressInterval)
        }
    }

    /// `currentOp` needs a right of its own; without it there is just no percentage.
    private static func percent(of collection: String, _ connection: MongoConnection) throws -> Int? {
        let answer = try connection.command(["currentOp": 1], database: "admin")
        for operation in answer.array("inprog")?.documents ?? [] {
            guard operation.document("command")?.string("createIndexes") == collection,
                let progress = operation.document("progress"), let done = progress.double("done"),
                let total = progress.double("total"), total > 0
            else { continue }
            return Int(min(100, 100 * done / total))
        }
        return nil
    }

    /// Lets one call in an interval through.
    func throttled(_ body: @escaping @Sendable (AdoptionCounts) -> Void) -> @Sendable (AdoptionCounts) -> Void {
        let last = Locked(ContinuousClock.now)
        return { [interval = options.progressInterval] counts in
            let isDue = last.withLock { last in
                guard .now - last >= interval else { return false }
                last = .now
                return true
            }
            if isDue { body(counts) }
        }
    }
}
