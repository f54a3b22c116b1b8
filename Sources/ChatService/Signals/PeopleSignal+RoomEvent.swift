import Chat

extension PeopleSignal.Event {
    /// Nil for what other processes find by themselves: that the room is described otherwise.
    init?(_ event: RoomEvent) {
        switch event {
        case .member(let change):
            self.init(
                kind: .member, action: change.action.rawValue, user: change.user, by: change.by, role: change.role,
                reason: change.reason)
        case .moderation(let notice):
            self.init(
                kind: .moderation, action: notice.action, user: notice.user, by: notice.by, reason: notice.reason,
                until: notice.until)
        case .updated:
            return nil
        }
    }

    /// Nil for what is not understood: another version may have sent it.
    var roomEvent: RoomEvent? {
        switch kind {
        case .member:
            guard let user, let action = RoomEvent.MemberChange.Action(rawValue: action) else { return nil }
            return .member(.init(user: user, action: action, role: role, by: by, reason: reason))
        case .moderation:
            return .moderation(.init(action: action, user: user, by: by, reason: reason, until: until))
        }
    }
}
