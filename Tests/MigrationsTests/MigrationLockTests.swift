import BSON
import Testing

@testable import MongoStore

struct MigrationLockTests {
    private static let elsewhere = ProcessIdentity(host: "elsewhere", pid: 1, machine: "another machine")

    @Test func onlyOneHoldsItUntilItIsReleased() async throws {
        try await Scratch.with { scratch in
            let first = MigrationLock(expiry: .seconds(30))
            let second = MigrationLock(expiry: .seconds(30))
            try await scratch.run { connection in
                #expect(try first.acquire(connection, lapsed: nil).isTaken)
                // An attempt whose answer was lost.
                #expect(try first.acquire(connection, lapsed: nil).isTaken)
                #expect(try !second.acquire(connection, lapsed: nil).isTaken)
                #expect(try first.renew(connection))
                #expect(try !second.renew(connection))
                try second.release(connection)
                #expect(try !second.acquire(connection, lapsed: nil).isTaken)
                try first.release(connection)
                #expect(try second.acquire(connection, lapsed: nil).isTaken)
            }
        }
    }

    @Test func anExpiredOneIsTakenOverOnlyIfItWasNotRenewedSince() async throws {
        try await Scratch.with { scratch in
            let first = MigrationLock(expiry: .milliseconds(-1), process: Self.elsewhere)
            let second = MigrationLock(expiry: .seconds(30))
            try await scratch.run { connection in
                #expect(try first.acquire(connection, lapsed: nil).isTaken)
                let seen = try #require(try MigrationLock.holder(connection))
                #expect(try MigrationLock.hasExpired(seen, connection))
                #expect(try first.renew(connection))
                #expect(try !second.acquire(connection, lapsed: seen).isTaken)
                let renewed = try #require(try MigrationLock.holder(connection))
                #expect(try second.acquire(connection, lapsed: renewed).isTaken)
                #expect(try !first.renew(connection))
            }
        }
    }

    @Test func oneOfADeadProcessOfThisMachineIsTakenOverAtOnce() async throws {
        try await Scratch.with { scratch in
            var dead = ProcessIdentity.current
            dead.pid = Int32.max
            let first = MigrationLock(expiry: .seconds(30), process: dead)
            let isTaken = try await scratch.run { try first.acquire($0, lapsed: nil).isTaken }
            #expect(isTaken)
            let events = Events()
            let hasWorked = try await scratch.migrator { events.add($0) }.up()
            #expect(hasWorked)
            #expect(events.all.contains { if case .lockTaken(let holder) = $0 { holder.pid == .max } else { false } })
        }
    }

    @Test func aRunWaitsForAnExpiredLockAndTakesIt() async throws {
        try await Scratch.with { scratch in
            let lost = MigrationLock(expiry: .milliseconds(300), process: Self.elsewhere)
            let isTaken = try await scratch.run { try lost.acquire($0, lapsed: nil).isTaken }
            #expect(isTaken)
            let events = Events()
            let options = Migrator.Options(lockGrace: .milliseconds(500))
            let hasWorked = try await scratch.migrator(options) { events.add($0) }.up()
            #expect(hasWorked)
            #expect(
                events.all.contains { if case .lockHeld(let holder) = $0 { holder.host == "elsewhere" } else { false } }
            )
        }
    }

    @Test func aRunThatMayNotWaitLongerSaysWhoHoldsIt() async throws {
        try await Scratch.with { scratch in
            let held = MigrationLock(expiry: .seconds(300), process: Self.elsewhere)
            let isTaken = try await scratch.run { try held.acquire($0, lapsed: nil).isTaken }
            #expect(isTaken)
            let error = await #expect(throws: MigrationError.self) {
                try await scratch.migrator(Migrator.Options(wait: .seconds(1))).up()
            }
            #expect(error?.code == .locked)
            #expect(error?.message.contains("process 1 on elsewhere") == true)
        }
    }

    @Test func aRunThatLosesItStops() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(200))
            let thief = MigrationLock(expiry: .seconds(30), process: Self.elsewhere)
            var options = Migrator.Options(lockExpiry: .milliseconds(30), progressInterval: .zero)
            options.batchCount = 5
            let client = scratch.client
            let error = await #expect(throws: MigrationError.self) {
                try await scratch.migrator(options) { event in
                    guard case .adoptionStarted = event else { return }
                    Task {
                        try await client.run("theft") { connection in
                            try connection.delete("schema_lock", ["_id": "migrate"])
                            _ = try thief.acquire(connection, lapsed: nil)
                        }
                    }
                }.up()
            }
            #expect(error?.code == .locked)
            // The thief's stands.
            let result = try await scratch.run { try thief.renew($0) }
            #expect(result)
        }
    }
}

extension MigrationLock.Attempt {
    fileprivate var isTaken: Bool {
        if case .taken = self { true } else { false }
    }
}
