import Chat
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Who is connected and how each wants to be seen: tells the rooms of it, ends what has ended, and notes when each was
/// last seen.
final class People: Service {
    static let interval: Duration = .seconds(1)
    /// In rounds: how often it is noted who was seen.
    static let noteEvery = 5

    private struct State {
        var board: StatusBoard
        var seen: [UserID: Timestamp] = [:]
    }

    let store: any PeopleStore
    private let loader: StatusLoader
    private let rooms: RoomRegistry
    private let sockets: UserSockets
    /// Tells other processes.
    private let relay: SignalRelay?
    private let logger: Logger
    private let state: Mutex<State>

    init(
        store: any PeopleStore, rooms: RoomRegistry, sockets: UserSockets, awayAfter: TimeAmount,
        relay: SignalRelay? = nil, logger: Logger
    ) {
        self.store = store
        self.rooms = rooms
        self.sockets = sockets
        self.relay = relay
        self.logger = logger
        loader = StatusLoader(store: store)
        state = Mutex(State(board: StatusBoard(awayAfter: awayAfter)))
    }

    // MARK: Coming and going

    /// Learns how a user wants to be seen, before he is.
    func prepare(_ user: UserID) async throws(ChatError) {
        guard !knows(user) else { return }
        let status = try await loader.status(of: user)
        state.withLock { $0.board.load(user, status.current(at: .now), now: .now()) }
    }

    func knows(_ user: UserID) -> Bool {
        state.withLock { $0.board.knows(user) }
    }

    func connect(_ user: UserID) {
        state.withLock { $0.board.connect(user, now: .now()) }
    }

    func disconnect(_ user: UserID) {
        state.withLock { state in
            if state.board.disconnect(user, now: .now()) { state.seen[user] = .now }
        }
    }

    /// - Returns: whether the user hides.
    func enter(_ user: UserID, _ room: RoomID) -> Bool {
        state.withLock { $0.board.enter(user, room) }
    }

    func leave(_ user: UserID, _ room: RoomID) {
        state.withLock { $0.board.leave(user, room) }
    }

    func hides(_ user: UserID) -> Bool {
        state.withLock { $0.board.hides(user) }
    }

    /// What others see of one who is connected; else nil.
    func shown(_ user: UserID) -> ShownStatus? {
        state.withLock { $0.board.shown(user) }
    }

    func isConnected(_ user: UserID) -> Bool {
        state.withLock { $0.board.isConnected(user) }
    }

    // MARK: Changes

    func set(_ status: UserStatus, of author: Author) async throws(ChatError) {
        try await store.setStatus(status, of: author)
        relay?.send(.status(author.id))
        carryOut(state.withLock { $0.board.set(status, of: author.id) })
    }

    /// At another process a user said how he wants to be seen. What is stored counts: he may have said something else since.
    func follow(_ user: UserID) async throws(ChatError) {
        guard knows(user) else { return }
        let status = try await loader.status(of: user).current(at: .now)
        carryOut(state.withLock { $0.board.set(status, of: user) })
    }

    func active(_ user: UserID) {
        carryOut(state.withLock { $0.board.active(user, now: .now()) })
    }

    /// - Returns: whether nothing came from the user for long.
    func visit(_ user: UserID, lastActive: NIODeadline, now: NIODeadline) -> Bool {
        let (isIdle, change) = state.withLock { $0.board.visit(user, lastActive: lastActive, now: now) }
        carryOut(change)
        return isIdle
    }

    private func carryOut(_ change: StatusBoard.Change?) {
        guard let change else { return }
        for id in change.rooms {
            guard let room = rooms.live(id) else { continue }
            if let hides = change.hides { room.setHidden(change.user, hides) }
            if change.status.kind != .invisible, change.before != change.after {
                room.tellStatus(of: change.user, change.after)
            }
        }
        let own = ShownStatus(change.status, isConnected: true, toHimself: true)
        sockets.tell(.status(change.user, own), room: nil, to: CollectionOfOne(change.user))
    }

    // MARK: Time

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                try await Task.sleep(for: Self.interval)
                round += 1
                let changes = self.state.withLock { state in
                    state.board.sweep(now: .now())
                    return state.board.expire(now: .now)
                }
                for change in changes { self.carryOut(change) }
                if round % Self.noteEvery == 0 { await self.noteSeen() }
            }
        }
        await noteSeen()
    }

    private func noteSeen() async {
        let seen = state.withLock { state in
            defer { state.seen = [:] }
            return state.seen
        }
        guard !seen.isEmpty else { return }
        do throws(ChatError) {
            try await store.noteSeen(seen)
        } catch {
            // Tried again, unless there is something newer, or much of it.
            logger.debug("who was seen is not noted", metadata: ["error": "\(error)"])
            state.withLock { state in
                if state.seen.count + seen.count < 100_000 { state.seen.merge(seen) { new, _ in new } }
            }
        }
    }
}
