import BSON
import Chat
import ChatLog
import Synchronization

extension LiveRoom {
    /// How what is noted of the room in the database stands to what is shown of it here.
    enum Position: Hashable, Sendable {
        case current
        /// More is stored than was shown.
        case behind
        /// What was shown may be gone: this must be looked at.
        case doubtful
        /// Retention took what comes next, before it was shown here: the room cannot go on from where it is.
        case overtaken
        /// The room has another order, or is gone.
        case lost
    }

    /// - Parameter note: what the room's document said after this room was loaded; nil: there is no document.
    func position(to note: RoomNote?) -> Position {
        state.withLock { state in
            guard let delivered = state.gate.delivered, !state.isEnded else { return .current }
            guard let note, note.epoch == state.epoch else { return .lost }
            // Notes only ever grow.
            if note.end.seq < state.noted.seq || note.end.rev < state.noted.rev { return .doubtful }
            state.noted = (note.end.seq, note.end.rev)
            if note.firstSeq > delivered + 1 { return .overtaken }
            return note.end.seq > delivered || note.end.rev > state.rev ? .behind : .current
        }
    }

    /// - Returns: in how many looks in a row the room was not in the database.
    func countMisses(isThere: Bool) -> Int {
        state.withLock { state in
            state.misses = isThere ? 0 : state.misses + 1
            return state.misses
        }
    }

    /// What was shown is there: the note only lies behind what was noted before.
    func trust(_ note: RoomNote) {
        state.withLock { $0.noted = (note.end.seq, note.end.rev) }
    }

    /// The last message that was shown, by number and, unless the room was empty when it was loaded, id; nil while the room
    /// is loaded.
    var lastShown: (seq: Int64, id: ObjectID?)? {
        state.withLock { state in
            state.gate.delivered.map { seq in
                (seq, state.recent.newestMessage.flatMap { $0.seq == seq ? $0.id : nil })
            }
        }
    }

    var epoch: Int64 { state.withLock(\.epoch) }
}
