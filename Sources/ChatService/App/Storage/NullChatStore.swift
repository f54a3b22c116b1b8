import BSON
import Chat
import ChatLog

/// What the rules need of storage, for benchmarks: every room is there, public and without a past.
struct NullChatStore: ChatStore {
    let tails: NullTails

    func room(_ id: RoomID) async throws(ChatError) -> Room? {
        // What was sent before is not there to be read, so the room begins behind it.
        let last = tails.tail(of: id).seq
        return Room(
            id: id, name: id.rawValue, kind: .public, createdBy: nil, createdAt: .now, epoch: 1,
            firstSeq: last + 1, lastSeqHint: last)
    }

    func roomCreatingIfMissing(_ id: RoomID, by user: UserID) async throws(ChatError) -> Room {
        guard let room = try await room(id) else { throw .notFound("there is no such room") }
        return room
    }

    func newestMessages(of room: Room, limit: Int) async throws(ChatError) -> [Message] { [] }

    func history(
        of room: Room, at position: HistoryPosition, limit: Int
    ) async throws(ChatError) -> MessagePage {
        MessagePage(messages: [], nextBeforeID: nil)
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) async throws(ChatError) -> [Message] { [] }
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
    func note(_ ends: [LogEnd]) async throws(ChatError) {}
    func notes(of rooms: [RoomID]) async throws(ChatError) -> [RoomID: RoomNote] { [:] }
    func renewEpoch(of room: RoomID, after epoch: Int64) async throws(ChatError) {}
}
