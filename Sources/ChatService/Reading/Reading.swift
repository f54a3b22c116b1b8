import Chat
import Logging
import ServiceLifecycle
import Synchronization

/// Follows how far users have read, and stores it behind them.
final class Reading: Service {
    static let interval: Duration = .seconds(1)
    /// What was sent is stored with every so many rounds.
    static let sendsEvery = 5
    /// Positions that one round stores at most, so that the database has time for messages.
    static let perRound = 2_000

    private struct State {
        var positions = ReadPositions()
        /// Who does not share how far he has read.
        var silent: Set<UserID> = []
        /// The last write that was begun; the next waits for it.
        var writing: Task<Void, Never>?

        mutating func note(_ user: UserID, shares: Bool) {
            if shares { silent.remove(user) } else { silent.insert(user) }
        }
    }

    let store: any ReadStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any ReadStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    // MARK: Positions

    /// The user says that he has read up to a message that is there.
    func read(_ room: RoomID, _ user: UserID, to seq: Int64) -> ReadPositions.Verdict {
        state.withLock { $0.positions.read(.init(room: room, user: user), to: seq) }
    }

    /// The user's message was stored.
    func sent(_ room: RoomID, _ user: UserID, _ seq: Int64) {
        state.withLock { $0.positions.sent(.init(room: room, user: user), seq) }
    }

    /// At another process the user said that he has read up to here.
    func follow(_ room: RoomID, _ user: UserID, _ seq: Int64) {
        state.withLock { $0.positions.follow(.init(room: room, user: user), seq) }
    }

    /// How far the user has read, if this process knows more than the database.
    func position(_ room: RoomID, _ user: UserID) -> Int64? {
        state.withLock { $0.positions.position(.init(room: room, user: user)) }
    }

    /// Reads what is stored, so that `read` knows.
    ///
    /// - Throws: `forbidden` when the user is no member.
    func learn(_ room: RoomID, _ user: UserID) async throws(ChatError) {
        guard let stored = try await store.readState(of: user, in: room) else {
            throw .forbidden("only members read")
        }
        state.withLock { state in
            state.positions.learn(.init(room: room, user: user), stored.seq)
            state.note(user, shares: stored.sharesReceipts)
        }
    }

    func shares(_ user: UserID) -> Bool {
        state.withLock { !$0.silent.contains(user) }
    }

    func setShares(_ shares: Bool, of author: Author) async throws(ChatError) {
        try await store.setSharesReceipts(shares, of: author)
        state.withLock { $0.note(author.id, shares: shares) }
    }

    // MARK: Storing

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                try await Task.sleep(for: Self.interval)
                round += 1
                await self.write(sends: round % Self.sendsEvery == 0)
            }
        }
        await flush()
    }

    /// Stores all that is known by now; what cannot be stored stays.
    func flush() async {
        await write(sends: true, rounds: 1_000)
    }

    /// One write after another.
    private func write(sends: Bool, rounds: Int = 1) async {
        let task = state.withLock { state in
            let earlier = state.writing
            let task = Task {
                await earlier?.value
                for _ in 0..<rounds {
                    guard await self.writeOnce(sends: sends) else { return }
                }
            }
            state.writing = task
            return task
        }
        await task.value
    }

    /// - Returns: whether there may be more.
    private func writeOnce(sends: Bool) async -> Bool {
        let positions = state.withLock { $0.positions.take(sends: sends, upTo: Self.perRound) }
        guard !positions.isEmpty else { return false }
        do throws(ChatError) {
            try await store.advance(positions)
            return true
        } catch {
            logger.debug("read positions wait", metadata: ["count": "\(positions.count)", "error": "\(error)"])
            state.withLock { $0.positions.putBack(positions) }
            return false
        }
    }
}
