import BSON
import Dispatch
import Synchronization
import Testing

@testable import MongoStore

struct AdoptionTests {
    @Test func messagesAreNumberedPerRoomAndGetRoomsMembersAndUsers() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(210))
            #expect(try await scratch.migrator().up())
            let messages = try await scratch.documents("messages")
            #expect(messages.count == 210 && areDense(messages))
            #expect(messages.map { $0.string("content") } == (0..<210).map { "message \($0)" })
            #expect(messages[0].milliseconds("timestamp") == 1_600_000_000_000)
            #expect(messages[1].milliseconds("timestamp") == 1_600_000_000_500)
            #expect(messages.allSatisfy { $0.string("client_id") == "legacy:\($0.objectID("_id")!)" })
            #expect(messages[0].string("username") == "user0" && messages[1].string("username") == "User 1")

            let rooms = try await scratch.documents("rooms")
            #expect(rooms.compactMap { $0.string("_id") } == OlderApplication.rooms.sorted())
            #expect(rooms.allSatisfy { $0.document("last")?.int64("seq") == 70 && $0.string("visibility") == "public" })
            let members = try await scratch.documents("members")
            #expect(members.count == 21)
            let member = try #require(
                members.first { $0.string("room_id") == "random" && $0.string("user_id") == "user1" })
            let own = messages.filter { $0.string("room_id") == "random" && $0.string("user_id") == "user1" }
            #expect(member.int64("joined_seq") == (own.first?.int64("seq") ?? 0) - 1)
            #expect(member.int64("read_seq") == own.last?.int64("seq"))
            // Whatever their last messages lacked.
            let names = try await scratch.documents("users").compactMap { $0.string("display_name") }
            #expect(names == (0..<7).map { "User \($0)" })
            #expect(try await scratch.differences() == [])
        }
    }

    @Test func anInterruptedAdoptionGoesOnAndChangesNoNumber() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(120))
            var options = Migrator.Options(progressInterval: .zero)
            options.batchCount = 20
            var numbers: [ObjectID: Int64] = [:]
            var interruptions = 0
            while interruptions < 20 {
                let target = interruptions % 3
                let seen = Mutex(0)
                let work = Mutex<Task<Bool, any Error>?>(nil)
                let migrator = scratch.migrator(options) { event in
                    guard case .adoptionProgress(let counts, _, _) = event, counts.numbered > 0 else { return }
                    let isDue = seen.withLock { seen in
                        seen += 1
                        return seen > target
                    }
                    if isDue { work.withLock { $0?.cancel() } }
                }
                let task = Task<Bool, any Error> { try await migrator.up() }
                work.withLock { $0 = task }
                let result = await task.result
                for document in try await scratch.documents("messages") {
                    guard let id = document.objectID("_id"), let seq = document.int64("seq") else { continue }
                    #expect(numbers[id] == nil || numbers[id] == seq)
                    numbers[id] = seq
                }
                if case .success = result { break }
                // The lock is free again.
                #expect(try await scratch.documents("schema_lock") == [])
                interruptions += 1
            }
            #expect(interruptions > 1)
            #expect(areDense(try await scratch.documents("messages")))
            #expect(try await scratch.documents("rooms").count == 3)
            #expect(try await scratch.documents("members").count == 21)
        }
    }

    @Test func whatCannotBeAdoptedIsMovedAsideWithTheReason() async throws {
        try await Scratch.with { scratch in
            let odd: [BSONDocument] = [
                ["_id": .objectID(OlderApplication.id(500)), "user_id": "ana", "content": "no room"],
                ["_id": .objectID(OlderApplication.id(501)), "room_id": "a b", "user_id": "ana", "content": "x"],
                ["_id": .objectID(OlderApplication.id(502)), "room_id": "general", "user_id": "ana", "content": 5],
                ["_id": "text", "room_id": "general", "user_id": "ana", "content": "x"],
                ["_id": .objectID(OlderApplication.id(503)), "room_id": "general", "content": "nobody"],
            ]
            let events = Events()
            try await scratch.insert("messages", OlderApplication.messages(10) + odd)
            let hasWorked = try await scratch.migrator { events.add($0) }.up()
            #expect(hasWorked)
            let messages = try await scratch.documents("messages")
            #expect(messages.count == 10 && areDense(messages))
            let rejected = try await scratch.documents("messages_rejected")
            #expect(
                Set(rejected.compactMap { $0.string("reason") }) == [
                    "room_id is missing", "room_id is no valid room id", "content is no string", "_id is no ObjectId",
                    "user_id is missing",
                ])
            // Whole, as they were.
            #expect(Set(rejected.compactMap { $0.document("document") }) == Set(odd))
            let finished = events.all.compactMap {
                if case .adoptionFinished(let counts, _) = $0 { counts } else { nil }
            }
            #expect(finished.map(\.rejected) == [5] && finished.map(\.numbered) == [10])
        }
    }

    @Test func aMessageThatOnlyTheServerRefusesIsMovedAsideToo() async throws {
        try await Scratch.with { scratch in
            // A validator that knows something that the adoption does not.
            var schema = Schema.current
            schema[0].validator?.append("content", ["$ne": "message 4"])
            try await scratch.insert("messages", OlderApplication.messages(9))
            #expect(try await scratch.migrator(schema: schema).up())
            let messages = try await scratch.documents("messages")
            #expect(messages.count == 8 && areDense(messages))
            #expect(try await scratch.documents("messages_rejected").count == 1)
        }
    }

    @Test func twoUsersOfOneNameAreToldApart() async throws {
        try await Scratch.with { scratch in
            let messages: [BSONDocument] = [("u1", "Ana"), ("u2", "ana"), ("u3", "ANA")].enumerated().map {
                number, user in
                [
                    "_id": .objectID(OlderApplication.id(number)), "room_id": "general", "user_id": .string(user.0),
                    "username": .string(user.1), "content": "x",
                ]
            }
            try await scratch.insert("messages", messages)
            #expect(try await scratch.migrator().up())
            let users = try await scratch.documents("users")
            #expect(users.compactMap { $0.string("username") } == ["Ana", "ana#u2", "ANA#u3"])
            #expect(users.compactMap { $0.string("display_name") } == ["Ana", "ana", "ANA"])
        }
    }

    @Test func anOlderApplicationThatStillWritesIsShutOut() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert("messages", OlderApplication.messages(50))
            let refused = Mutex<MongoError?>(nil)
            let migrator = scratch.migrator { event in
                guard case .adoptionStarted = event else { return }
                let late = OlderApplication.message(1000)
                let outcome = Self.blocking(scratch) { try $0.insert("messages", [late]) }
                refused.withLock { $0 = outcome?.writeErrors.first?.error }
            }
            #expect(try await migrator.up())
            #expect(refused.withLock { $0?.code } == .validation)
            #expect(try await scratch.documents("messages").count == 50)
        }
    }

    @Test func messagesThatSlipInBehindTheNumberingAreFoundAndOrderIsKept() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert(
                "messages", OlderApplication.messages(60).filter { $0.objectID("_id") != OlderApplication.id(3) })
            let events = Events()
            let isIn = Mutex(false)
            var options = Migrator.Options(progressInterval: .zero)
            options.batchCount = 10
            let migrator = scratch.migrator(options) { event in
                events.add(event)
                guard case .adoptionProgress(let counts, _, _) = event, counts.numbered >= 30 else { return }
                guard
                    isIn.withLock({ isIn in
                        defer { isIn = true }; return !isIn
                    })
                else { return }
                // Past the validator, as a restore would.
                let command: BSONDocument = [
                    "insert": "messages", "documents": [.document(OlderApplication.message(3))],
                    "bypassDocumentValidation": true,
                ]
                _ = Self.blocking(scratch) { try $0.write(command) }
            }
            #expect(try await migrator.up())
            #expect(events.all.contains { if case .adoptionLateMessages = $0 { true } else { false } })
            let messages = try await scratch.documents("messages")
            #expect(messages.count == 60 && areDense(messages))
        }
    }

    @Test func documentsOfOtherCollectionsAreCompletedOrMovedAside() async throws {
        try await Scratch.with { scratch in
            try await scratch.insert(
                "rooms",
                [
                    ["_id": "general", "topic": "all"],
                    ["_id": .objectID(ObjectID(high: 1, low: 1)), "name": "random"],
                ])
            try await scratch.insert("users", [["_id": .objectID(ObjectID(high: 2, low: 2)), "username": "ana"]])
            #expect(try await scratch.migrator().up())
            let rooms = try await scratch.documents("rooms")
            #expect(rooms.count == 1 && rooms[0].string("topic") == "all" && rooms[0].string("name") == "general")
            #expect(try await scratch.documents("rooms_rejected").count == 1)
            #expect(try await scratch.documents("users").isEmpty)
            #expect(
                try await scratch.documents("users_rejected").map { $0.document("document")?.string("username") } == [
                    "ana"
                ])
        }
    }

    /// Runs a job on a thread of its own and waits for it, as an event's receiver may: it runs on a thread of the pool.
    private static func blocking<T: Sendable>(
        _ scratch: Scratch, _ job: @escaping @Sendable (MongoConnection) throws -> T
    ) -> T? {
        let result = Mutex<Result<T, any Error>?>(nil)
        let configuration = scratch.client.configuration
        guard let client = try? MongoClient(configuration), let lane = try? client.makeLane(name: "late") else {
            return nil
        }
        let done = DispatchSemaphore(value: 0)
        lane.enqueue { connection in
            result.withLock { $0 = Result { try job(connection) } }
            done.signal()
        }
        done.wait()
        return result.withLock { try? $0?.get() }
    }
}
