import Chat
@testable import ChatService
import Hub
import Logging
import NIOPosix
import Synchronization
import Testing

@Suite("What a room in memory does about what other processes note") struct RoomFollowingTests {
    private let store: StoreInMemory
    private let registry: RoomRegistry

    init() {
        store = StoreInMemory(Sample.messages(1...9))
        registry = RoomRegistry(
            store: store, hub: Hub(group: MultiThreadedEventLoopGroup.singleton), limits: .init(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func open() async throws(ChatError) -> RoomHandle {
        try await registry.open(Sample.room) { () throws(ChatError) in StoreInMemory.room }
    }

    /// The room is followed once, with this in its document.
    private func follow(_ live: LiveRoom, _ note: RoomNote?, looks: Bool = false) async throws {
        store.state.withLock { $0.note = note }
        try await registry.follow(live, note, looks: looks)
    }

    private func note(_ seq: Int64, rev: Int64 = 0, epoch: Int64 = 1, firstSeq: Int64 = 1) -> RoomNote {
        RoomNote(end: LogEnd(room: Sample.room, seq: seq, rev: rev), epoch: epoch, firstSeq: firstSeq)
    }

    @Test("A note that is ahead is read on to; one that is not costs nothing, until it is the room's turn")
    func readsOn() async throws {
        let live = try await open().live
        store.state.withLock { $0.messages = Sample.messages(1...12) }
        try await follow(live, note(9))
        #expect(live.delivered == 9)
        try await follow(live, note(12))
        #expect(live.delivered == 12)
        store.state.withLock { $0.messages = Sample.messages(1...13) }
        try await follow(live, note(12), looks: true)
        #expect(live.delivered == 13)
        #expect(!live.isEnded)
    }

    @Test("What was shown is gone: the room ends, gets a new epoch, and whoever remembers its end is told")
    func goesBack() async throws {
        let live = try await open().live
        try await follow(live, note(9))
        store.state.withLock { $0.messages = Sample.messages(1...4) }
        store.state.withLock { $0.note = note(4) }
        var forgotten: [RoomID] = []
        try await registry.follow(live, note(4), looks: false) { room in
            // While nobody can come back yet.
            if !live.isEnded { forgotten.append(room) }
        }
        #expect(live.isEnded)
        #expect(forgotten == [Sample.room])
        #expect(store.state.withLock(\.renewedEpochs) == [1])
        #expect(try await open().live.delivered == 4)
    }

    @Test("A note that went back while what was shown is there is no loss")
    func onlyTheNote() async throws {
        let live = try await open().live
        try await follow(live, note(9))
        try await follow(live, note(4))
        try await follow(live, note(4))
        #expect(!live.isEnded)
        #expect(store.state.withLock(\.renewedEpochs).isEmpty)
    }

    @Test("The database was set back and has grown past what was shown: found by the message, whatever is noted")
    func grownPast() async throws {
        let live = try await open().live
        let other = (9...20).map { Sample.message(Int64($0) + 100, "another") }
        store.state.withLock { state in
            state.messages =
                Sample.messages(1...8)
                + other.enumerated().map { place, message in
                    var message = message
                    message.seq = Int64(9 + place)
                    return message
                }
        }
        try await follow(live, note(20))
        #expect(live.isEnded)
        #expect(live.delivered == 9)
    }

    @Test("Without any note it is found when it is the room's turn")
    func foundInTurn() async throws {
        let live = try await open().live
        store.state.withLock { $0.messages = Sample.messages(1...4) }
        try await follow(live, note(0))
        #expect(!live.isEnded)
        try await follow(live, note(0), looks: true)
        #expect(live.isEnded)
    }

    @Test("A room that has another epoch, or is not there any more, ends", arguments: [true, false])
    func otherRoom(isThere: Bool) async throws {
        let live = try await open().live
        if !isThere {
            // Not at once: the database may have been emptied altogether, which its monitor finds.
            for _ in 1..<RoomRegistry.patienceForMissingRoom { try await follow(live, nil) }
            #expect(!live.isEnded)
        }
        try await follow(live, isThere ? note(9, epoch: 7) : nil)
        #expect(live.isEnded)
        #expect(registry.live(Sample.room) == nil)
    }

    @Test("Changes that were shown are gone: the room ends")
    func changesGone() async throws {
        let live = LiveRoom(
            id: Sample.room, hub: Hub(group: MultiThreadedEventLoopGroup.singleton), limits: .init(), now: .now)
        live.load(Sample.messages(1...9), rev: 3, of: Sample.roomRecord())
        try await follow(live, note(9, rev: 3))
        #expect(!live.isEnded)
        try await follow(live, note(9, rev: 2))
        #expect(live.isEnded)
    }

    @Test("Retention that takes what was shown is no loss; what comes next is shown")
    func retention() async throws {
        let live = try await open().live
        store.state.withLock { $0.messages = Sample.messages(10...12) }
        try await follow(live, note(12, firstSeq: 10))
        #expect(!live.isEnded)
        #expect(live.delivered == 12)
    }

    @Test("Retention that overtakes ends the room without a new epoch: it cannot go on over a gap")
    func overtaken() async throws {
        let live = try await open().live
        store.state.withLock { $0.messages = Sample.messages(20...22) }
        try await follow(live, note(22, firstSeq: 20))
        #expect(live.isEnded)
        #expect(store.state.withLock(\.renewedEpochs).isEmpty)
    }

    @Test("Whoever comes to a room between its loss and its end is sent away, not left behind in it")
    func comesTooLate() async throws {
        let live = try await open().live
        registry.rolledBack(Sample.room, from: 9, to: 4)
        #expect(registry.takeLost() == [Sample.room])
        #expect(registry.takeLost() == [])
        let arrival = live.join(
            UserID(stored: "anna"), outlet: 1, dialect: .second, from: .newest, now: .now)
        guard case .ended = arrival else {
            Issue.record("it let somebody in: \(arrival)")
            return
        }
        #expect(live.addEventListener() == nil)
        #expect(live.present(after: nil, limit: 10).count == 0)
    }

    @Test("A room whose order is lost while it is loaded is loaded anew for those who wait for it")
    func lostWhileLoading() async throws {
        let (gate, mayGoOn) = AsyncStream<Void>.makeStream()
        let store = StoreInMemory(Sample.messages(1...9), gate: gate)
        let registry = RoomRegistry(
            store: store, hub: Hub(group: MultiThreadedEventLoopGroup.singleton), limits: .init(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        async let opened = registry.open(Sample.room) { () throws(ChatError) in StoreInMemory.room }
        for await _ in store.reading { break }
        registry.rolledBack(Sample.room, from: 9, to: 4)
        store.state.withLock { $0.messages = Sample.messages(1...4) }
        mayGoOn.yield()
        for await _ in store.reading { break }
        mayGoOn.yield()
        let live = try await opened.live
        #expect(!live.isEnded)
        #expect(live.delivered == 4)
    }
}
