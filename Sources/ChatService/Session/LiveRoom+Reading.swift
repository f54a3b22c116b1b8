import Chat
import ChatLog
import Synchronization

extension LiveRoom {
    /// A user has read on; the others hear of it with the next tick, in a large room only his other sockets.
    func noteRead(_ user: UserID, _ seq: Int64, isShared: Bool) {
        state.withLock { state in
            let isLarge = state.presence.count > limits.presence.smallRoom
            state.reads.note(user, seq, isShared: isShared && !isLarge)
        }
    }

    func tellReads(_ state: inout State, now: ContinuousClock.Instant) {
        for notice in state.reads.take(now: now) {
            let event = ServerEvent.read(notice.user, seq: notice.seq)
            if notice.isShared {
                state.audience.tellPassing(event, to: [.second, .events])
            } else {
                state.audience.tellPassing(event, to: [.second], .only(state.presence.outlets(of: notice.user)))
            }
        }
    }

    /// The room's last message and its number; nil while the room is loaded.
    var newestMessage: (seq: Int64, message: Message?)? {
        state.withLock { state in
            state.gate.delivered.map { ($0, state.recent.newestMessage) }
        }
    }
}
