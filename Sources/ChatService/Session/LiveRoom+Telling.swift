import Chat
import Hub
import Synchronization

extension LiveRoom {
    func setTyping(_ user: UserID, _ isTyping: Bool, now: ContinuousClock.Instant) {
        state.withLock { state in
            guard !state.presence.isHidden(user) else { return }
            state.typing.set(user, isTyping: isTyping, now: now)
            tellTyping(&state, now: now)
        }
    }

    /// Tells what happened to the room and its people. The basic dialect has no words for it.
    func tell(_ events: [RoomEvent]) {
        guard !events.isEmpty else { return }
        state.withLock { state in
            for event in events { state.audience.tell(.room(event), to: [.second, .events]) }
        }
    }

    func tell(_ notices: [RoomPresence.Notice], _ state: State) {
        for notice in notices {
            switch notice {
            case .moved(let movement, let user, let others):
                state.audience.tell(
                    .system(.init(kind: .init(movement), user: user, others: others, timestamp: .now)))
            case .present(let users, let count):
                // The second dialect follows by what changed.
                state.audience.tellPassing(.presence(users: users, count: count), to: [.basic, .events])
            case .changed(let joined, let left, let count, let isPartial):
                state.audience.tell(
                    .presenceDiff(joined: joined, left: left, count: count, isPartial: isPartial), to: [.second])
            }
        }
    }

    func tellTyping(_ state: inout State, now: ContinuousClock.Instant) {
        guard let notice = state.typing.takeNotice(now: now) else { return }
        var special: Set<Outlet.ID> = []
        for user in notice.special {
            let outlets = state.presence.outlets(of: user)
            special.formUnion(outlets)
            guard let list = notice.list(for: user), !outlets.isEmpty else { continue }
            state.audience.tellPassing(.typing(list), .only(outlets))
        }
        state.audience.tellPassing(.typing(notice.typing), .allExcept(special))
    }
}

extension ServerEvent.Notice.Kind {
    fileprivate init(_ movement: RoomPresence.Movement) {
        switch movement {
        case .joined: self = .joined
        case .left: self = .left
        }
    }
}
