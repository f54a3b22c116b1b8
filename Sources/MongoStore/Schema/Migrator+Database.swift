internal import BSON
internal import Synchronization

// Work on the database that outlives its being away, and the lock.
extension Migrator {
    private static let pause = Duration.milliseconds(500)

    /// Runs a job, again and again while the database is away, at most `options.wait` after it was last seen. So every
    /// job must bear being run twice.
    func attempt<T: Sendable>(
        _ label: StaticString, _ job: @escaping @Sendable (MongoConnection) throws -> T
    ) async throws(MigrationError) -> T {
        var awaySince: ContinuousClock.Instant?
        while true {
            try control.checkpoint()
            do {
                // A server that builds an index may keep every thread waiting; that is no failure.
                let result = try await client.run(deadline: .seconds(86_400), label, job)
                if awaySince != nil { report(.databaseBack) }
                return result
            } catch let error as MigrationError {
                throw error
            } catch let error as MongoError {
                guard error.isTransient else { throw MigrationError(error) }
                if awaySince == nil { report(.databaseAway(error, giveUpAfter: options.wait)) }
                let since = awaySince ?? .now
                awaySince = since
                guard .now - since + Self.pause < options.wait else { throw MigrationError(error) }
            } catch {
                try control.checkpoint()
                throw MigrationError(.failed, "\(error)")
            }
            try await sleep(Self.pause)
        }
    }

    private func sleep(_ duration: Duration) async throws(MigrationError) {
        // Ends early when cancelled; the checkpoint says so.
        try? await Task.sleep(for: duration)
        try control.checkpoint()
    }

    func holdingLock<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        let lock = MigrationLock(expiry: options.lockExpiry)
        do {
            try await acquire(lock)
            let renewal = Task { await renew(lock) }
            defer { renewal.cancel() }
            let result = try await body()
            await release(lock)
            return result
        } catch {
            await release(lock)
            throw error
        }
    }

    private func acquire(_ lock: MigrationLock) async throws(MigrationError) {
        let start = ContinuousClock.now
        var lapsed: (holder: LockHolder, since: ContinuousClock.Instant)?
        var reported: (owner: String, at: ContinuousClock.Instant)?
        while true {
            let ripe = lapsed.flatMap { .now - $0.since >= options.lockGrace ? $0.holder : nil }
            let (attempt, isExpired) = try await attempt("lock") { connection in
                let attempt = try lock.acquire(connection, lapsed: ripe)
                guard case .held(let holder) = attempt else { return (attempt, false) }
                return (attempt, try MigrationLock.hasExpired(holder, connection))
            }
            switch attempt {
            case .taken(from: let holder):
                if let holder { report(.lockTaken(over: holder)) }
                return
            case .held(let holder):
                if !isExpired {
                    lapsed = nil
                } else if lapsed?.holder != holder {
                    lapsed = (holder, .now)
                }
                let isDue = reported.map { $0.owner != holder.owner || .now - $0.at >= .seconds(5) } ?? true
                if isDue, !holder.owner.isEmpty {
                    report(.lockHeld(by: holder))
                    reported = (holder.owner, .now)
                }
                guard .now - start + Self.pause < options.wait else {
                    throw MigrationError(
                        .locked,
                        "another migration is at work (\(holder)); it holds the lock still after "
                            + TimeText.duration(options.wait))
                }
            }
            try await sleep(Self.pause)
        }
    }

    /// Until cancelled. What fails is tried again with the next beat: only somebody else's name in the lock ends the
    /// run.
    private func renew(_ lock: MigrationLock) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: options.lockExpiry / 3)
            guard !Task.isCancelled else { return }
            let isHeld = try? await client.run(deadline: .seconds(86_400), "lock renewal") { try lock.renew($0) }
            if isHeld == false, !Task.isCancelled {
                control.stop(MigrationError(.locked, "another migration took the lock over; run this again"))
            }
        }
    }

    /// Also when this task is cancelled. Should it fail, the lock expires.
    private func release(_ lock: MigrationLock) async {
        let client = client
        _ = await Task { try? await client.run("lock release") { try lock.release($0) } }.value
    }
}
