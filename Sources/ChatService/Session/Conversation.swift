import Auth
import BSON
import Chat
import ChatLog

/// What is said in rooms and what happens to it later: messages through the writer lanes, changes through theirs.
struct Conversation: Sendable {
    let log: MessageLog
    let changes: ChangeLane
    let following: ThreadFollowing
    let relay: SignalRelay
    /// How long an author may change what he sent; nil: at any time.
    let editWindowMilliseconds: Int64?
    /// Tells a room's moderators of a message in which its word filter found something.
    let flag: @Sendable (_ message: ObjectID, _ room: RoomID, _ author: UserID, _ words: [String]) -> Void

    /// A message that may be sent: checked against all of the room's rules, and counted as its author's turn.
    struct Admitted: Sendable {
        let draft: MessageDraft
        /// What the word filter found in it for the moderators.
        let flagged: [String]
    }

    /// - Parameters:
    ///   - references: checked.
    ///   - mentions: whom it mentions.
    ///   - isTrusted: whether it comes from the team's own application.
    /// - Throws: what the sender is refused with.
    func admit(
        _ message: ClientFrame.NewMessage, _ references: MessageReferences, _ mentions: Mentions, by author: Author,
        in live: LiveRoom, isTrusted: Bool
    ) throws(ChatError) -> Admitted {
        let mentions = try live.permitted(mentions, by: author.id)
        let draft = try MessageDraft(
            roomID: live.id, author: author, content: message.content,
            clientID: message.clientID ?? MessageDraft.generatedClientID(), details: references.details(mentions),
            listedMentions: message.mentions)
        let verdict = try live.access.admitMessage(
            draft.content, clientID: draft.clientID, of: author.id, isTrusted: isTrusted)
        return Admitted(draft: draft.masked(verdict.content), flagged: verdict.flagged)
    }

    /// Sends an admitted message.
    func send(
        _ admitted: Admitted, sender: UInt64, resends: Bool, in room: Room,
        starting: WriterLane.Starter = { $0() }, completion: @escaping SendTicket.Completion
    ) {
        let (draft, words) = (admitted.draft, admitted.flagged)
        let mentions = draft.details.map { Mentions(users: $0.mentions, everyone: $0.everyone) } ?? .none
        guard !words.isEmpty || !mentions.isEmpty else {
            return send(
                draft, sender: sender, resends: resends, in: room, starting: starting, completion: completion)
        }
        send(draft, sender: sender, resends: resends, in: room, starting: starting) { [flag, relay] result in
            completion(result)
            guard case .success(let acknowledgement) = result, !acknowledgement.isDuplicate else { return }
            if !words.isEmpty { flag(acknowledgement.id, draft.roomID, draft.author.id, words) }
            if !mentions.isEmpty {
                relay.send(.mention(MentionSignal(message: acknowledgement.id, mentions: mentions)))
            }
        }
    }

    // MARK: Writing

    /// Sends a message. See `WriterLane.submit`.
    private func send(
        _ draft: MessageDraft, sender: UInt64, resends: Bool, in room: Room,
        starting: WriterLane.Starter = { $0() }, completion: @escaping SendTicket.Completion
    ) {
        guard let root = draft.details?.threadID else {
            log.submit(
                draft, sender: sender, resends: resends, hint: room.lastSeqHint, starting: starting,
                completion: completion)
            return
        }
        log.submit(
            draft, sender: sender, resends: resends, hint: room.lastSeqHint, starting: starting
        ) { [changes, following] result in
            completion(result)
            guard case .success(let acknowledgement) = result, !acknowledgement.isDuplicate else { return }
            following.replied(
                ThreadReply(
                    room: draft.roomID, root: root, user: draft.author.id, seq: acknowledgement.seq))
            // The root counts all replies that it has not counted yet: one that this misses, the next one brings.
            let count = ChangeDraft(
                roomID: draft.roomID, messageID: root, userID: draft.author.id, action: .countReplies,
                authority: ChangeAuthority(moderates: false))
            changes.submit(count, hint: room.lastRevHint) { _ in }
        }
    }

    /// Sends a message of nobody's connection.
    ///
    /// - Throws: what a sender is refused with.
    func send(_ message: Admitted, in room: Room) async throws(ChatError) -> Acknowledgement {
        let result = await withCheckedContinuation { continuation in
            // Nothing else comes from this sender, so nothing can overtake it.
            send(message, sender: 0, resends: false, in: room) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Changes a message that is there.
    ///
    /// - Parameters:
    ///   - reason: of a moderator who changes what others wrote.
    ///   - completion: called once, on any thread; nil when it was so already.
    /// - Throws: what the room's rules refuse with.
    func change(
        _ id: ObjectID, in live: LiveRoom, by identity: Identity, reason: String? = nil, _ action: ChangeDraft.Action,
        completion: @escaping ChangeSubmission.Completion
    ) throws(ChatError) {
        guard let room = live.access.room else { throw .unavailable("the room is loaded anew") }
        let user = identity.userID
        var authority = try authority(
            over: live.access, room, of: user, isGlobalModerator: identity.isModerator, action)
        if live.access.isModerator(user) || identity.isModerator {
            authority.recorded = ChangeAuthority.Recorded(reason: reason, via: identity.actedBy)
        }
        var action = action
        var flagged: [String] = []
        if case .edit(let content, let mentions) = action {
            let verdict = try live.access.filtered(content, of: user)
            action = .edit(content: verdict.content, mentions: mentions)
            flagged = verdict.flagged
        }
        let draft = ChangeDraft(roomID: room.id, messageID: id, userID: user, action: action, authority: authority)
        changes.submit(draft, hint: room.lastRevHint) { [flagged, relay] result in
            completion(result)
            if case .success(let applied?) = result, !applied.newMentions.isEmpty {
                relay.send(
                    .mention(
                        MentionSignal(message: id, mentions: applied.newMentions, edit: applied.change.id)))
            }
            // Only what was stored: until then it is not known whose the message is, nor of which room.
            if case .success(.some) = result, !flagged.isEmpty { flag(id, room.id, user, flagged) }
        }
    }

    private func authority(
        over access: RoomAccess, _ room: Room, of user: UserID, isGlobalModerator: Bool, _ action: ChangeDraft.Action
    ) throws(ChatError) -> ChangeAuthority {
        let window: Int64? =
            switch room.settings.editWindowSeconds {
            case nil: editWindowMilliseconds
            case 0: nil
            case .some(let seconds): seconds * 1_000
            }
        var moderates = false
        switch action {
        case .edit: try access.admit(.edit, of: user)
        case .addReaction, .removeReaction: try access.admit(.react, of: user)
        case .delete:
            moderates = access.allows(.deleteAny, to: user, isGlobalModerator: isGlobalModerator)
            if !moderates { try access.require(.deleteOwn, of: user) }
        case .pin, .unpin:
            moderates = access.allows(.pin, to: user)
            // Who may not speak may not do this either.
            if moderates { try access.admit(.react, of: user) }
        case .countReplies, .forgetParticipant, .erase: break
        }
        var authority = ChangeAuthority(moderates: moderates, editWindowMilliseconds: window)
        if !isGlobalModerator { authority.firstVisible = access.firstVisible(to: user) }
        return authority
    }
}

/// What a message refers to.
struct MessageReferences: Hashable, Sendable {
    var replyTo: ObjectID?
    var threadID: ObjectID?

    var isEmpty: Bool { replyTo == nil && threadID == nil }
    var ids: [ObjectID] { [replyTo, threadID].compactMap(\.self) }

    /// - Parameters:
    ///   - messages: those that are there.
    ///   - first: the first message that the author sees.
    /// - Throws: `not_found`, `gone`, or `bad_request` for a thread on a reply.
    func check(in room: RoomID, _ messages: [ObjectID: Message], from first: Int64) throws(ChatError) {
        for id in ids {
            guard let message = messages[id], message.roomID == room, message.seq >= first else {
                throw .notFound("there is no such message in this room")
            }
            guard !message.isDeleted else { throw ChatError(.gone, "the message is deleted") }
        }
        if let threadID, messages[threadID]?.details?.threadID != nil {
            throw .badRequest("a thread begins at a message that is no reply in a thread itself")
        }
    }

    /// What a message has besides its text.
    func details(_ mentions: Mentions) -> MessageDetails? {
        guard !isEmpty || !mentions.isEmpty else { return nil }
        var details = MessageDetails()
        details.mentions = mentions.users
        details.everyone = mentions.everyone
        details.replyTo = replyTo
        details.threadID = threadID
        return details
    }
}
