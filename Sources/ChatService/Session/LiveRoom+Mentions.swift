import Chat
import Synchronization

extension LiveRoom {
    /// Hands on whom shown messages mention. Most mention nobody.
    func announceMentions(in message: Message, _ state: State) {
        guard let onMention, let details = message.details, !details.mentions.isEmpty || details.everyone != nil else {
            return
        }
        onMention(
            MentionNotifier.Mention(
                message: message, users: details.mentions, everyone: details.everyone,
                online: self.online(details.everyone, state), isPrivate: isPrivate))
    }

    /// Hands on whom an edit mentions for the first time.
    func announceNewMentions(of applied: AppliedChange) {
        let mentions = applied.newMentions
        guard let onMention, !mentions.isEmpty else { return }
        let online = state.withLock { self.online(mentions.everyone, $0) }
        onMention(
            MentionNotifier.Mention(
                message: applied.message, users: mentions.users, everyone: mentions.everyone, online: online,
                isPrivate: isPrivate, isHiddenFromSome: access.room?.settings.history == .joined,
                edit: applied.change.id))
    }

    private func online(_ everyone: Mentions.Everyone?, _ state: State) -> [UserID] {
        everyone == nil ? [] : state.presence.someUsers(upTo: MentionNotifier.maximumLookedUp)
    }

    /// Some of those who are online here.
    var someOnline: [UserID] {
        state.withLock { $0.presence.someUsers(upTo: MentionNotifier.maximumLookedUp) }
    }

    private var isPrivate: Bool { access.room?.kind != .public }

    /// The mentions without those who are no members any more: who was remembered may have been put out since.
    ///
    /// - Throws: `forbidden` for one who may not mention everyone here.
    func permitted(_ mentions: Mentions, by user: UserID) throws(ChatError) -> Mentions {
        if mentions.everyone != nil { try access.require(.mentionRoom, of: user) }
        var mentions = mentions
        mentions.users.removeAll { mentioned in
            access.standing(of: mentioned).map { $0.membership == nil } ?? false
        }
        return mentions
    }
}
