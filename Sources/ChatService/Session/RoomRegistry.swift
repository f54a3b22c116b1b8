import Chat
import ChatLog
import Hub
import Logging
import Synchronization

/// The rooms that somebody looks at. A room is loaded when the first comes and let go a while after the last left.
final class RoomRegistry: RoomFeed, ChangeFeed {
    private struct Entry {
        let room: LiveRoom
        var state: LoadState
        /// Reads older messages for those who come back; all who need some meanwhile wait for it.
        var readingOlder: Task<Void, any Error>?
        /// How many look at it.
        var handles = 0
        var idleSince: ContinuousClock.Instant?
    }

    private enum LoadState {
        /// The room's newest messages are being read; all who come meanwhile wait for it.
        case loading(Task<LoadedRoom, any Error>)
        case loaded(LoadedRoom)

        var room: Room? {
            if case .loaded(let loaded) = self { loaded.room } else { nil }
        }
    }

    /// How long a room that nobody looks at stays, so that a reload of a page finds it.
    static let idleTime: Duration = .seconds(30)

    private let entries = Mutex<[RoomID: Entry]>([:])
    /// Rooms whose order was found lost since they were taken.
    private let lost = Mutex<Set<RoomID>>([])
    let store: any ChatStore
    private let hub: Hub
    private let limits: LiveRoom.Limits
    let logger: Logger
    private let onMention: (@Sendable (MentionNotifier.Mention) -> Void)?

    init(
        store: any ChatStore, hub: Hub, limits: LiveRoom.Limits, logger: Logger,
        onMention: (@Sendable (MentionNotifier.Mention) -> Void)? = nil
    ) {
        self.store = store
        self.onMention = onMention
        self.hub = hub
        self.limits = limits
        self.logger = logger
    }

    /// The room, loaded; held until the handle goes.
    ///
    /// - Parameter room: finds the room, or makes it.
    /// - Throws: `ChatError`, as `room` and the store do.
    func open(
        _ id: RoomID, _ room: @escaping @Sendable () async throws(ChatError) -> Room
    ) async throws(ChatError) -> RoomHandle {
        let (live, state) = entries.withLock { entries in
            var entry = entries[id] ?? newEntry(id, room)
            entry.handles += 1
            entry.idleSince = nil
            entries[id] = entry
            return (entry.room, entry.state)
        }
        // From here on every way out gives the place back: the handle does when it goes.
        do {
            let loaded: LoadedRoom
            switch state {
            case .loaded(let earlier): loaded = earlier
            case .loading(let task):
                loaded = try await task.value
                noteLoaded(live, loaded)
            }
            let handle = RoomHandle(live, loaded, registry: self)
            if !live.isEnded { return handle }
        } catch {
            dropFailed(live)
            throw error as? ChatError ?? .internalError
        }
        // Its order was lost while it was loaded.
        return try await open(id, room)
    }

    private func newEntry(
        _ id: RoomID, _ room: @escaping @Sendable () async throws(ChatError) -> Room
    ) -> Entry {
        let live = LiveRoom(id: id, hub: hub, limits: limits, now: .now, onMention: onMention)
        let loading = Task<LoadedRoom, any Error> { [store, limits] in
            let room = try await room()
            // First the changes: what is read after them shows at least these.
            let rev = try await store.lastRev(of: room)
            let messages = try await store.newestMessages(of: room, limit: limits.recentMessages)
            live.load(messages, rev: rev, of: room)
            if let earlier = LiveRoom.speakersBefore(messages, in: room) {
                live.access.noteShown(try await store.messages(in: id, seqs: earlier))
            }
            return LoadedRoom(room)
        }
        return Entry(room: live, state: .loading(loading))
    }

    private func noteLoaded(_ live: LiveRoom, _ loaded: LoadedRoom) {
        entries.withLock { entries in
            // The task goes with this, and all that it holds.
            if entries[live.id]?.room === live { entries[live.id]?.state = .loaded(loaded) }
        }
    }

    /// The next who comes tries again.
    private func dropFailed(_ live: LiveRoom) {
        entries.withLock { entries in
            if entries[live.id]?.room === live { entries[live.id] = nil }
        }
    }

    // MARK: What one who comes back has missed

    /// How much is read at least, as others who come back will need it, too.
    private static let readAhead: Int64 = 256

    /// Brings what was missed into memory.
    fileprivate func bringBack(_ live: LiveRoom, _ missed: Missed) async throws(ChatError) {
        while let absent = live.absent(missed) {
            let reading = entries.withLock { entries in
                guard entries[live.id]?.room === live else { return nil as Task<Void, any Error>? }
                let reading = entries[live.id]?.readingOlder ?? readOlder(live, missed, absent)
                entries[live.id]?.readingOlder = reading
                return reading
            }
            guard let reading else { throw .unavailable("the room is loaded anew") }
            do {
                try await reading.value
            } catch {
                throw error as? ChatError ?? .internalError
            }
        }
    }

    private func readOlder(
        _ live: LiveRoom, _ missed: Missed, _ absent: ClosedRange<Int64>
    ) -> Task<Void, any Error> {
        Task {
            defer { entries.withLock { $0[live.id]?.readingOlder = nil } }
            let first = max(min(absent.lowerBound, absent.upperBound - Self.readAhead + 1), 1)
            let last: Int64?
            switch missed {
            case .messages:
                let rev = live.deliveredRev ?? 0
                let messages = try await store.messages(in: live.id, seqs: first...absent.upperBound)
                live.addOlder(messages, readAfter: rev)
                last = messages.last?.seq
            case .changes:
                let changes = try await store.changes(in: live.id, revs: first...absent.upperBound)
                live.addOlder(changes)
                last = changes.last?.change.rev
            }
            // Retention may have taken some, but never the newest: else it would be asked for again and again.
            guard last == absent.upperBound else { throw ChatError.internalError }
        }
    }

    fileprivate func release(_ live: LiveRoom) {
        entries.withLock { entries in
            guard entries[live.id]?.room === live else { return }
            entries[live.id]?.handles -= 1
            if entries[live.id]?.handles == 0 { entries[live.id]?.idleSince = .now }
        }
    }

    /// What is known of the room without asking the database.
    func known(_ id: RoomID) -> Room? {
        entries.withLock { entries in
            guard let entry = entries[id], let loaded = entry.state.room else { return nil }
            return entry.room.access.room ?? loaded
        }
    }

    /// The room if it is in memory.
    func live(_ id: RoomID) -> LiveRoom? {
        entries.withLock { $0[id]?.room }
    }

    /// All rooms in memory.
    var all: [LiveRoom] { entries.withLock { $0.values.map(\.room) } }

    /// Lets go of the rooms that nobody has looked at for a while, and returns the others.
    func sweep(now: ContinuousClock.Instant) -> [LiveRoom] {
        entries.withLock { entries in
            for (id, entry) in entries {
                if let idleSince = entry.idleSince, idleSince.advanced(by: Self.idleTime) <= now {
                    entries[id] = nil
                }
            }
            return entries.values.map(\.room)
        }
    }

    // MARK: RoomFeed

    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>? {
        live(room)?.missing(before: messages)
    }

    func delivered(in room: RoomID) -> Int64? {
        live(room)?.delivered
    }

    func deliver(_ messages: [Message], in room: RoomID) {
        live(room)?.deliver(messages)
    }

    func deliveredRev(in room: RoomID) -> Int64? {
        live(room)?.deliveredRev
    }

    func deliver(_ changes: [AppliedChange], in room: RoomID) {
        live(room)?.deliver(changes)
    }

    func rolledBack(_ room: RoomID, from: Int64, to: Int64) {
        if let live = live(room) { end(live) }
        noteLost(room)
    }

    /// Those who look at the room saw an order that is gone: the room starts anew, and its sockets come back.
    func end(_ live: LiveRoom) {
        entries.withLock { entries in
            if entries[live.id]?.room === live { entries[live.id] = nil }
        }
        live.end()
    }

    func noteLost(_ room: RoomID) {
        _ = lost.withLock { $0.insert(room) }
    }

    /// Rooms whose order was found lost since the last call: whoever remembers where their logs end must read that again.
    func takeLost() -> Set<RoomID> {
        lost.withLock { lost in
            defer { lost = [] }
            return lost
        }
    }
}

/// A room as it was when it was loaded, once for all who hold it.
private final class LoadedRoom: Sendable {
    let room: Room

    init(_ room: Room) {
        self.room = room
    }
}

/// Holds a room in memory as long as it lives itself.
final class RoomHandle: Sendable {
    let live: LiveRoom
    private let loaded: LoadedRoom
    private let registry: RoomRegistry

    /// The room as it is now.
    var room: Room { live.access.room ?? loaded.room }

    fileprivate init(_ live: LiveRoom, _ loaded: LoadedRoom, registry: RoomRegistry) {
        self.live = live
        self.loaded = loaded
        self.registry = registry
    }

    /// Brings what was missed into memory, or as much as there is.
    ///
    /// - Throws: `unavailable` when the database does not answer.
    func bringBack(_ missed: Missed) async throws(ChatError) {
        try await registry.bringBack(live, missed)
    }

    /// Shows what other processes wrote.
    ///
    /// - Throws: `unavailable` when the database does not answer.
    func catchUp() async throws(ChatError) {
        try await registry.catchUp(live)
    }

    deinit {
        registry.release(live)
    }
}
