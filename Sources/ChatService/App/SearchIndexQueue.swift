import Chat
import MongoStore
import Synchronization

/// The rooms whose messages wait to be indexed, as far as this process knows, and how far the rooms are indexed.
final class SearchIndexQueue: Sendable {
    private struct State {
        /// The last message, as it was noted.
        var waiting: [String: Int64] = [:]
        var indexed: [String: Position] = [:]
    }

    struct Position: Hashable, Sendable {
        var seq: Int64
        var rev: Int64
    }

    private let state = Mutex(State())
    /// A room that is not remembered is looked up again.
    private static let maximumRemembered = 50_000

    /// A room has messages up to this.
    func note(_ room: RoomID, lastSeq: Int64, rev: Int64 = 0) {
        note(room.rawValue, lastSeq: lastSeq, rev: rev)
    }

    func note(_ room: String, lastSeq: Int64, rev: Int64) {
        // Below the first whole block there is no index.
        guard lastSeq >= SearchIndexState.blockLength else { return }
        state.withLock { state in
            if let known = state.indexed[room], lastSeq - known.seq < SearchIndexState.blockLength, rev <= known.rev {
                return
            }
            state.waiting[room] = max(lastSeq, state.waiting[room] ?? 0)
        }
    }

    /// The content of a message of the room was changed. Without this the index takes it up with the room's next
    /// messages; a search finds it either way.
    func noteChange(in room: RoomID) {
        state.withLock { $0.waiting[room.rawValue] = $0.waiting[room.rawValue] ?? 0 }
    }

    /// The rooms that wait now; they still do until ``finished(_:at:)``.
    var waiting: [String] {
        state.withLock { Array($0.waiting.keys) }
    }

    /// Messages that wait, in all rooms.
    var lag: Int64 {
        state.withLock { state in
            state.waiting.reduce(0) { $0 + max(0, $1.value - (state.indexed[$1.key]?.seq ?? 0)) }
        }
    }

    /// How far a room is now.
    func advanced(_ room: String, to position: Position) {
        state.withLock { state in
            if state.indexed.count >= Self.maximumRemembered { state.indexed.removeAll() }
            state.indexed[room] = position
        }
    }

    /// There is nothing more to do in the room, or somebody else does it.
    func finished(_ room: String) {
        state.withLock { _ = $0.waiting.removeValue(forKey: room) }
    }
}
