import BSON
import Chat
import Synchronization

/// Storage of what is read, of mentions and of users' status, for tests of what stands before it: remembers what it was
/// asked, and fails when told.
final class PeopleInMemory: ReadStore, MentionStore, PeopleStore {
    struct State {
        var failure: ChatError?
        var advances: [[ReadPosition]] = []
        var lookups: [[String]] = []
        var statusReads: [[UserID]] = []
        var statuses: [UserID: UserStatus] = [:]
        var members: [String: UserID] = [:]
    }

    let state = Mutex(State())
    /// A read of statuses waits for it, if there is one.
    let gate: AsyncStream<Void>?

    init(gate: AsyncStream<Void>? = nil) { self.gate = gate }

    func fail(_ error: ChatError?) { state.withLock { $0.failure = error } }

    private func check() throws(ChatError) {
        if let failure = state.withLock(\.failure) { throw failure }
    }

    func advance(_ positions: [ReadPosition]) async throws(ChatError) {
        try check()
        state.withLock { $0.advances.append(positions) }
    }

    func readState(of user: UserID, in room: RoomID) async throws(ChatError) -> ReadState? {
        ReadState(seq: 0, sharesReceipts: true)
    }
    func unread(of user: UserID, after: RoomID?, limit: Int) async throws(ChatError) -> UnreadPage {
        UnreadPage(rooms: [], nextAfter: nil)
    }
    func readers(of message: Message, after: UserID?, limit: Int) async throws(ChatError) -> ReadersPage {
        ReadersPage(readers: [], nextAfter: nil)
    }
    func sharesReceipts(_ user: UserID) async throws(ChatError) -> Bool { true }
    func setSharesReceipts(_ shares: Bool, of author: Author) async throws(ChatError) {}

    func members(
        of room: RoomID, names: [String], ids: [UserID]
    ) async throws(ChatError) -> (names: [String: UserID], ids: Set<UserID>) {
        try check()
        return state.withLock { state in
            state.lookups.append(names + ids.map(\.rawValue))
            let found = state.members.filter { names.contains($0.key) }
            return (found, Set(ids.filter { state.members.values.contains($0) }))
        }
    }
    func noteEveryoneMentioned(in message: Message) async throws(ChatError) {}
    func seeing(_ message: Message, among users: [UserID]) async throws(ChatError) -> Set<UserID> { Set(users) }
    func members(of room: RoomID, among users: [UserID]) async throws(ChatError) -> Set<UserID> { [] }
    func blocking(_ author: UserID, among users: [UserID]) async throws(ChatError) -> Set<UserID> { [] }
    func mentions(
        of user: UserID, before: ObjectID?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: ObjectID?) { ([], nil) }
    func recentMentions(of user: UserID) async throws(ChatError) -> [(room: RoomID, seq: Int64)] { [] }

    func statuses(of users: [UserID]) async throws(ChatError) -> [UserID: UserStatus] {
        state.withLock { $0.statusReads.append(users) }
        if let gate { for await _ in gate { break } }
        try check()
        return state.withLock { state in state.statuses.filter { users.contains($0.key) } }
    }
    func profile(of user: UserID) async throws(ChatError) -> UserProfile? { nil }
    func setStatus(_ status: UserStatus, of author: Author) async throws(ChatError) {}
    func noteSeen(_ users: [UserID: Timestamp]) async throws(ChatError) {}
}
