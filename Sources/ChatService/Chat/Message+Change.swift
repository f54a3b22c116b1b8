import BSON

extension Message {
    /// Whether only its place is left.
    package var isDeleted: Bool { details?.deletedAt != nil }

    /// The message after a change of its text, its pin, or to a tombstone. Pure; reactions and threads have their own.
    ///
    /// - Returns: nil when it is so already.
    /// - Throws: `gone` when it is deleted, `forbidden` when that is not his to change.
    package func applying(_ draft: ChangeDraft, at: Timestamp) throws(ChatError) -> Message? {
        if case .erase = draft.action { return erased(by: draft.userID, at: at) }
        if case .delete = draft.action, isDeleted { return nil }
        guard !isDeleted else { throw ChatError(.gone, "the message is deleted") }
        var details = details ?? MessageDetails()
        var message = self
        switch draft.action {
        case .edit(let content, let mentions):
            // A moderator removes what others wrote, but puts no words into their mouths.
            guard draft.userID == userID else { throw .forbidden("only its author edits a message") }
            try requireInTime(draft, at)
            guard content != self.content else { return nil }
            message.content = content
            (details.mentions, details.everyone) = (mentions.users, mentions.everyone)
            details.editedAt = at
        case .delete:
            if !draft.authority.moderates {
                guard draft.userID == userID else { throw .forbidden("the message is another user's") }
                try requireInTime(draft, at)
            }
            message.content = ""
            let (thread, threadID) = (details.thread, details.threadID)
            details = MessageDetails()
            // What hangs on it stays in its place.
            (details.thread, details.threadID) = (thread, threadID)
            details.deletedAt = at
            details.deletedBy = draft.userID
        case .pin:
            guard draft.authority.moderates else { throw .forbidden("pinning is for moderators") }
            guard details.pinnedAt == nil else { return nil }
            details.pinnedAt = at
            details.pinnedBy = draft.userID
        case .unpin:
            guard draft.authority.moderates else { throw .forbidden("pinning is for moderators") }
            guard details.pinnedAt != nil else { return nil }
            details.pinnedAt = nil
            details.pinnedBy = nil
        case .addReaction, .removeReaction, .countReplies, .forgetParticipant, .erase:
            return nil
        }
        message.details = details.isEmpty ? nil : details
        return message
    }

    /// The name on the messages of those who were erased.
    package static let erasedName = "erased"

    package var isErased: Bool { isDeleted && username == Self.erasedName }

    /// The message as a tombstone without a name.
    ///
    /// - Returns: nil when it is so already.
    private func erased(by user: UserID, at: Timestamp) -> Message? {
        guard !isErased else { return nil }
        var left = MessageDetails()
        (left.thread, left.threadID) = (details?.thread, details?.threadID)
        left.deletedAt = details?.deletedAt ?? at
        left.deletedBy = details?.deletedBy ?? user
        var message = self
        (message.content, message.username, message.details) = ("", Self.erasedName, left)
        return message
    }

    private func requireInTime(_ draft: ChangeDraft, _ at: Timestamp) throws(ChatError) {
        guard !draft.authority.moderates, let window = draft.authority.editWindowMilliseconds else { return }
        guard at.milliseconds - timestamp.milliseconds <= window else {
            throw .forbidden("the message is too old to be changed")
        }
    }

    /// The message with one reaction more.
    ///
    /// - Throws: `gone` when it is deleted, `bad_request` when it has too many different ones.
    package func adding(_ reaction: Reaction, by user: UserID) throws(ChatError) -> Message {
        guard !isDeleted else { throw ChatError(.gone, "the message is deleted") }
        var details = details ?? MessageDetails()
        if let place = details.reactions.firstIndex(where: { $0.reaction == reaction }) {
            details.reactions[place].count += 1
            if details.reactions[place].users.count < ReactionCount.userCount {
                details.reactions[place].users.append(user)
            }
        } else {
            guard details.reactions.count < Reaction.maximumKinds else {
                throw .badRequest("a message has at most \(Reaction.maximumKinds) different reactions")
            }
            details.reactions.append(ReactionCount(reaction: reaction, count: 1, users: [user]))
        }
        var message = self
        message.details = details
        return message
    }

    /// The message with one reaction less.
    package func removing(_ reaction: Reaction, by user: UserID) -> Message {
        guard var details, let place = details.reactions.firstIndex(where: { $0.reaction == reaction }) else {
            return self
        }
        details.reactions[place].count -= 1
        details.reactions[place].users.removeAll { $0 == user }
        if details.reactions[place].count <= 0 { details.reactions.remove(at: place) }
        var message = self
        message.details = details.isEmpty ? nil : details
        return message
    }

    /// The root with more replies counted.
    ///
    /// - Parameter replies: all of its thread behind those that are counted, in order.
    /// - Returns: nil when there are none.
    package func counting(_ replies: [Message]) -> Message? {
        guard let last = replies.last else { return nil }
        var details = details ?? MessageDetails()
        var summary =
            details.thread ?? ThreadSummary(replyCount: 0, lastSeq: 0, lastReplyAt: last.timestamp, participants: [])
        summary.replyCount += Int64(replies.count)
        summary.lastSeq = last.seq
        summary.lastReplyAt = last.timestamp
        for reply in replies where summary.participants.count < ThreadSummary.participantCount {
            if reply.isErased { continue }
            if !summary.participants.contains(reply.userID) { summary.participants.append(reply.userID) }
        }
        details.thread = summary
        var message = self
        message.details = details
        return message
    }

    /// The root without somebody among those who replied.
    ///
    /// - Returns: nil when he is not named.
    package func forgetting(participant user: UserID) -> Message? {
        guard var thread = details?.thread, thread.participants.contains(user) else { return nil }
        thread.participants.removeAll { $0 == user }
        var message = self
        message.details?.thread = thread
        return message
    }

    /// Whom this version mentions and an earlier one did not.
    package func mentions(besides earlier: Message) -> Mentions {
        let before = Set(earlier.details?.mentions ?? [])
        let everyone = details?.everyone
        return Mentions(
            users: (details?.mentions ?? []).filter { !before.contains($0) },
            everyone: everyone == earlier.details?.everyone ? nil : everyone)
    }
}
