import Chat
import Synchronization

extension LiveRoom {
    /// A user who is here hides, or no longer does: to the others he leaves or joins.
    func setHidden(_ user: UserID, _ hides: Bool, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            let notices = state.presence.setHidden(user, hides, now: now)
            if hides { state.typing.set(user, isTyping: false, now: now) }
            tell(notices, state)
            if hides { tellTyping(&state, now: now) }
        }
    }

    /// His own sockets are told otherwise. In a large room nobody is told: it would cost each as much as it has people.
    func tellStatus(of user: UserID, _ status: ShownStatus) {
        state.withLock { state in
            guard state.presence.count <= limits.presence.smallRoom else { return }
            state.audience.tellPassing(
                .status(user, status), to: [.second, .events], .allExcept(state.presence.outlets(of: user)))
        }
    }

    /// A page of who is here, in the order of user ids, and how many are.
    func present(after: UserID?, limit: Int) -> (users: [UserID], count: Int) {
        // Looked through outside of the lock.
        let presence = state.withLock { $0.presence }
        return (presence.users(after: after, limit: limit), presence.count)
    }
}
