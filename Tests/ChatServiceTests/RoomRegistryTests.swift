import Chat
@testable import ChatService
import Hub
import Logging
import NIOPosix
import Synchronization
import Testing

@Suite struct RoomRegistryTests {
    private func registry(_ store: StoreInMemory) -> RoomRegistry {
        RoomRegistry(
            store: store, hub: Hub(group: MultiThreadedEventLoopGroup.singleton), limits: .init(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func open(_ registry: RoomRegistry) async throws(ChatError) -> RoomHandle {
        try await registry.open(Sample.room) { () throws(ChatError) in StoreInMemory.room }
    }

    @Test("All who come at once wait for one read, and share the room")
    func loadsOnce() async throws {
        let store = StoreInMemory(Sample.messages(1...5))
        let registry = registry(store)
        let rooms = try await withThrowingTaskGroup(of: ObjectIdentifier.self) { group in
            for _ in 0..<20 { group.addTask { ObjectIdentifier(try await open(registry).live) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(rooms.count == 1)
        #expect(store.reads == 1)
    }

    @Test("What is stored while the newest messages are read is shown behind them")
    func loadsWhileMessagesArrive() async throws {
        let (gate, mayGoOn) = AsyncStream<Void>.makeStream()
        let store = StoreInMemory(Sample.messages(1...5), gate: gate)
        let registry = registry(store)
        async let opened = open(registry)
        for await _ in store.reading { break }
        #expect(registry.delivered(in: Sample.room) == nil)
        #expect(registry.missing(before: Sample.messages(7...7), in: Sample.room) == nil)
        registry.deliver(Sample.messages(5...6), in: Sample.room)
        registry.deliver(Sample.messages(7...7), in: Sample.room)
        mayGoOn.yield()
        let handle = try await opened
        #expect(handle.live.delivered == 7)
        #expect(registry.missing(before: Sample.messages(9...9), in: Sample.room) == 8...8)
    }

    @Test("A read that fails is told to who waits; the next who comes tries again")
    func failedLoad() async throws {
        let store = StoreInMemory(Sample.messages(1...2))
        let registry = registry(store)
        store.state.withLock { $0.failure = .unavailable("away") }
        await #expect(throws: ChatError.unavailable("away")) { _ = try await open(registry) }
        #expect(registry.live(Sample.room) == nil)
        store.state.withLock { $0.failure = nil }
        #expect(try await open(registry).live.delivered == 2)
    }

    @Test("A room that there is not leaves nothing behind")
    func missingRoom() async throws {
        let registry = registry(StoreInMemory())
        await #expect(throws: ChatError.notFound("none")) {
            _ = try await registry.open(Sample.room) { () throws(ChatError) in throw .notFound("none") }
        }
        #expect(registry.sweep(now: .now).isEmpty)
    }

    @Test("A room stays as long as somebody looks at it, and half a minute longer")
    func sweeps() async throws {
        let store = StoreInMemory()
        let registry = registry(store)
        var handles = [try await open(registry), try await open(registry)]
        #expect(registry.sweep(now: .now.advanced(by: .seconds(3_600))).count == 1)
        handles.removeLast()
        #expect(registry.sweep(now: .now.advanced(by: .seconds(3_600))).count == 1)
        handles.removeLast()
        #expect(registry.sweep(now: .now).count == 1)
        handles.append(try await open(registry))
        #expect(registry.sweep(now: .now.advanced(by: .seconds(3_600))).count == 1)
        handles.removeLast()
        #expect(registry.sweep(now: .now.advanced(by: .seconds(31))).isEmpty)
        #expect(store.reads == 1)
        _ = try await open(registry)
        #expect(store.reads == 2)
    }

    @Test("A room whose log went back starts anew, whoever still holds the old one")
    func rolledBack() async throws {
        let store = StoreInMemory(Sample.messages(1...9))
        let registry = registry(store)
        var old: RoomHandle? = try await open(registry)
        store.state.withLock { $0.messages = Sample.messages(1...4) }
        registry.rolledBack(Sample.room, from: 9, to: 4)
        #expect(registry.delivered(in: Sample.room) == nil)
        let new = try await open(registry)
        #expect(new.live !== old?.live)
        #expect(new.live.delivered == 4)
        old = nil
        #expect(registry.sweep(now: .now.advanced(by: .seconds(3_600))).count == 1)
        _ = new
    }

    @Test("Messages of a room that nobody looks at are nobody's")
    func unknownRoom() {
        let registry = registry(StoreInMemory())
        registry.deliver(Sample.messages(1...2), in: Sample.room)
        registry.rolledBack(Sample.room, from: 2, to: 1)
        #expect(registry.delivered(in: Sample.room) == nil)
        #expect(registry.missing(before: Sample.messages(5...5), in: Sample.room) == nil)
    }
}
