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

    /// How many changes wait for their messages; more are read again later.
    private static let maximumWaiting = 1_000

    /// Shows stored changes, each once and in order, whoever brings them. One of a message that is not shown yet waits for
    /// it, and so do those behind it: the lane is still about to show that message as it was sent.
    func deliver(_ changes: [AppliedChange]) {
        // While the room is loaded it is not known what is new; the lane reads it again.
        state.withLock { state in
            if state.gate.delivered != nil { show(changes, &state) }
        }
    }

    /// Messages were shown: changes of them may have waited.
    func showWaitingChanges(_ state: inout State) {
        guard !state.waitingChanges.isEmpty else { return }
        let waiting = state.waitingChanges
        state.waitingChanges = []
        show(waiting, &state)
    }

    private func show(_ changes: [AppliedChange], _ state: inout State) {
        let delivered = state.gate.delivered ?? 0
        for (place, applied) in changes.enumerated() where applied.change.rev == state.rev + 1 {
            guard applied.message.seq <= delivered else {
                let room = Self.maximumWaiting - state.waitingChanges.count
                state.waitingChanges += changes[place...].prefix(max(room, 0))
                return
            }
            state.rev += 1
            let json = applied.message.json()
            guard applied.message.seq >= state.firstSeq else {
                // Retention took the message; what became of it is of no interest, but counts.
                state.recentChanges.append(applied, json: json)
                continue
            }
            state.recent.replace(applied.message, json: json)
            state.recentChanges.append(applied, json: json)
            state.historyFrames = [:]
            state.audience.show(
                applied, json: json, position: state.position, cursor: state.cursor,
                hiddenFrom: access.outlets(notSeeing: applied.message.seq))
        }
    }

    /// Retention took the messages before this one.
    func raiseFirst(_ seq: Int64) {
        state.withLock { state in
            guard seq > state.firstSeq else { return }
            state.firstSeq = seq
            state.recent.raiseFirst(seq)
            state.historyFrames = [:]
        }
    }
}
