import BSON
import Chat
import ChatLog
import NIOCore
import Synchronization

extension LiveRoom {
    var deliveredRev: Int64? {
        state.withLock { $0.gate.delivered == nil ? nil : $0.rev }
    }

    /// The messages with these ids, if all are in memory.
    func messages(_ ids: [ObjectID]) -> [ObjectID: Message]? {
        state.withLock { state in
            var found: [ObjectID: Message] = [:]
            for id in ids {
                guard let message = state.recent.message(id) else { return nil }
                found[id] = message
            }
            return found
        }
    }

    /// Shows stored changes, each once and in order, whoever brings them.
    func deliver(_ changes: [AppliedChange]) {
        state.withLock { state in
            // While the room is loaded it is not known what is new; the lane reads it again.
            guard state.gate.delivered != nil else { return }
            for applied in changes where applied.change.rev == state.rev + 1 {
                state.rev += 1
                let json = applied.message.json()
                state.recent.replace(applied.message, json: json)
                state.recentChanges.append(applied, json: json)
                state.historyFrames = [:]
                state.audience.show(
                    applied, json: json, cursor: state.cursor, hiddenFrom: access.outlets(notSeeing: applied.message.seq))
            }
        }
    }
}
