import Chat
import Logging
import Synchronization
import Testing

@testable import ChatService

@Suite("What is read, who is mentioned and how users are seen: what it asks of storage")
struct PeopleStorageTests {
    private let room = RoomID(stored: "lobby")
    private let ann = UserID(stored: "ann")
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("A thousand messages and a thousand steps of reading are one write each, in a room of any size")
    func coalesced() async throws {
        let store = PeopleInMemory()
        let reading = Reading(store: store, logger: logger)
        let bob = UserID(stored: "bob")
        try await reading.learn(room, bob)
        for seq in Int64(1)...1_000 {
            reading.sent(room, ann, seq)
            #expect(reading.read(room, bob, to: seq) == .moved)
        }
        await reading.flush()
        let written = store.state.withLock(\.advances).flatMap(\.self)
        #expect(
            Set(written) == [
                ReadPosition(room: room, user: ann, seq: 1_000), ReadPosition(room: room, user: bob, seq: 1_000),
            ])
        #expect(written.count == 2)
    }

    @Test("What could not be written is written later, as it is then")
    func retried() async throws {
        let store = PeopleInMemory()
        let reading = Reading(store: store, logger: logger)
        reading.sent(room, ann, 1)
        store.fail(.unavailable("away"))
        await reading.flush()
        #expect(store.state.withLock(\.advances).isEmpty)
        reading.sent(room, ann, 2)
        store.fail(nil)
        await reading.flush()
        await reading.flush()
        #expect(store.state.withLock(\.advances).flatMap(\.self).map(\.seq).max() == 2)
        #expect(reading.position(room, ann) == 2)
    }

    @Test("A name is looked up once; one that is nobody's is looked up again a moment later")
    func names() async throws {
        let store = PeopleInMemory()
        store.state.withLock { $0.members = ["Ann": ann] }
        let directory = MentionDirectory(store: store)
        let candidates = try MentionCandidates(content: "hi @Ann and @nobody", listed: ["ann"])
        #expect(directory.known(candidates, in: room) == nil)
        #expect(try await directory.find(candidates, in: room).users == [ann])
        #expect(try await directory.find(candidates, in: room).users == [ann])
        #expect(store.state.withLock(\.lookups).count == 1)
        let later = ContinuousClock.now.advanced(by: .seconds(5))
        #expect(directory.known(candidates, in: room, now: later) == nil)
        #expect(directory.known(try MentionCandidates(content: "hi @Ann"), in: room, now: later)?.users == [ann])
        #expect(directory.known(try MentionCandidates(content: "hi @Ann"), in: RoomID(stored: "other")) == nil)
        // What names nobody takes no look at all.
        #expect(directory.known(try MentionCandidates(content: "@here"), in: room)?.everyone == .here)
    }

    @Test("Those who come while a status is read are read together, and an error reaches all of them")
    func statuses() async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        let store = PeopleInMemory(gate: gate)
        let loader = StatusLoader(store: store)
        store.state.withLock { $0.statuses = [ann: UserStatus(kind: .busy)] }
        try await withThrowingTaskGroup(of: UserStatus.Kind.self) { group in
            for number in 0..<50 {
                group.addTask { try await loader.status(of: UserID(stored: "u\(number)")).kind }
            }
            group.addTask { try await loader.status(of: UserID(stored: "ann")).kind }
            // The gate lets one read through for each.
            for _ in 0..<100 { opener.yield() }
            var kinds: [UserStatus.Kind] = []
            for try await kind in group { kinds.append(kind) }
            #expect(kinds.count { $0 == .busy } == 1)
            #expect(kinds.count { $0 == .online } == 50)
        }
        let reads = store.state.withLock(\.statusReads)
        #expect(reads.flatMap(\.self).count == 51)
        store.fail(.unavailable("away"))
        await #expect(throws: ChatError.self) { try await loader.status(of: ann) }
    }
}
