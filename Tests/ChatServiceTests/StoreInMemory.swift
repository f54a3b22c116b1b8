import BSON
import Chat
import Synchronization

/// A store for tests of what stands before it: holds messages, fails or waits when told.
final class StoreInMemory: ChatStore {
    struct State {
        var messages: [Message] = []
        var failure: ChatError?
        var reads = 0
        /// What is noted of the room; nil: it is not there.
        var note: RoomNote?
        /// Epochs after which it was given a new one.
        var renewedEpochs: [Int64] = []
    }

    let state = Mutex(State())
    /// A read of the newest messages waits for it, if there is one.
    let gate: AsyncStream<Void>?
    /// Told when a read of the newest messages has begun.
    let (reading, readingBegan) = AsyncStream<Void>.makeStream()

    init(_ messages: [Message] = [], gate: AsyncStream<Void>? = nil) {
        self.gate = gate
        state.withLock { $0.messages = messages }
    }

    var reads: Int { state.withLock(\.reads) }

    static let room = Room(
        id: Sample.room, name: "General", kind: .public, createdBy: nil, createdAt: Timestamp(milliseconds: 0),
        epoch: 1, firstSeq: 1, lastSeqHint: 0)

    func newestMessages(of room: Room, limit: Int) async throws(ChatError) -> [Message] {
        // Taken before the wait: what is stored meanwhile is not in it.
        let messages = try state.withLock { state throws(ChatError) in
            state.reads += 1
            if let failure = state.failure { throw failure }
            return Array(state.messages.suffix(limit))
        }
        readingBegan.yield()
        if let gate { for await _ in gate { break } }
        return messages
    }

    func room(_ id: RoomID) async throws(ChatError) -> Room? { Self.room }
    func roomCreatingIfMissing(_ id: RoomID, by user: UserID) async throws(ChatError) -> Room { Self.room }
    func note(_ ends: [LogEnd]) async throws(ChatError) {}
    func notes(of rooms: [RoomID]) async throws(ChatError) -> [RoomID: RoomNote] {
        state.withLock(\.note).map { [Sample.room: $0] } ?? [:]
    }
    func renewEpoch(of room: RoomID, after epoch: Int64) async throws(ChatError) {
        state.withLock { $0.renewedEpochs.append(epoch) }
    }

    func messages(ids: [ObjectID]) async throws(ChatError) -> [ObjectID: Message] { [:] }
    func lastRev(of room: Room) async throws(ChatError) -> Int64 { 0 }
    func changes(in room: RoomID, revs: ClosedRange<Int64>) async throws(ChatError) -> [AppliedChange] { [] }

    func pins(
        of room: RoomID, before: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (messages: [Message], next: TimedPosition?) { ([], nil) }
    func threads(of room: RoomID, before: Int64?, limit: Int) async throws(ChatError) -> [Message] { [] }
    func replies(to root: ObjectID, before: Int64?, limit: Int) async throws(ChatError) -> [Message] { [] }
    func reactions(
        to message: ObjectID, after: TimedPosition?, limit: Int
    ) async throws(ChatError) -> (reactions: [StandingReaction], next: TimedPosition?) { ([], nil) }
    func revisions(of message: ObjectID, limit: Int) async throws(ChatError) -> [MessageRevision] { [] }

    func history(of room: Room, at position: HistoryPosition, limit: Int) async throws(ChatError) -> MessagePage {
        MessagePage(messages: [], nextBeforeID: nil)
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) async throws(ChatError) -> [Message] {
        state.withLock { $0.messages.filter { seqs.contains($0.seq) } }
    }
}
