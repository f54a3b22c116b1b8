import Chat
import Synchronization

// The room's welcome text, for those who have just become members.
extension RoomAccess {
    /// Somebody has become a member: the first of his sockets that comes is told the text, as long as he is remembered.
    func oweWelcome(to user: UserID) {
        state.withLock { $0.people[user]?.isOwedWelcome = true }
    }

    /// The text for one who has not had it yet; nil where there is none.
    func takeWelcome(of user: UserID) -> String? {
        state.withLock { state in
            guard let text = state.room?.settings.welcome, !text.isEmpty,
                state.people[user]?.isOwedWelcome ?? false
            else { return nil }
            state.people[user]?.isOwedWelcome = false
            return text
        }
    }
}
