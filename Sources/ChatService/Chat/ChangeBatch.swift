package import BSON
import Crypto

/// A change with the id and time that it will have.
package struct PlannedChange: Hashable, Sendable {
    package var id: ObjectID
    package var draft: ChangeDraft

    package init(id: ObjectID, draft: ChangeDraft) {
        self.id = id
        self.draft = draft
    }

    package var at: Timestamp { Timestamp(milliseconds: id.milliseconds) }
}

/// A stored change with the message as it is after it, or later.
package struct AppliedChange: Hashable, Sendable {
    package var change: Change
    package var message: Message
    /// Whom an edit mentions for the first time; known only to whoever carried it out.
    package var newMentions = Mentions.none

    package init(change: Change, message: Message) {
        self.change = change
        self.message = message
    }
}

/// Works out what a batch of changes does to the messages as they are, one change after another. Pure: whoever drives it
/// has read the messages and writes what came of it, in one transaction.
package struct ChangeBatch: Sendable {
    /// What a message said before.
    package struct Revision: Hashable, Sendable {
        package var change: Change
        package var content: String
    }

    /// What became of each, in order; nil: it was so already.
    package private(set) var results: [Result<AppliedChange?, ChatError>] = []
    /// What is to be stored.
    package private(set) var changes: [Change] = []
    package private(set) var changedMessages: [ObjectID: Message] = [:]
    package private(set) var addedReactions: [ObjectID: Change] = [:]
    package private(set) var removedReactions: Set<ObjectID> = []
    package private(set) var revisions: [Revision] = []
    /// What moderators did to the messages of others, for the record.
    package private(set) var acts: [AuditEntry] = []

    private var messages: [ObjectID: Message]
    private var standing: Set<ObjectID>
    private let replies: [ObjectID: [Message]]
    private var revs: [RoomID: Int64]

    /// - Parameters:
    ///   - messages: those that the batch is about, as far as they exist.
    ///   - standingReactions: which of the batch's `reactionID`s are stored.
    ///   - replies: of each root whose replies are counted, those behind the last that is counted.
    ///   - revs: the last change of each room.
    package init(
        _ batch: [PlannedChange], messages: [ObjectID: Message], standingReactions: Set<ObjectID>,
        replies: [ObjectID: [Message]], revs: [RoomID: Int64]
    ) {
        self.messages = messages
        self.standing = standingReactions
        self.replies = replies
        self.revs = revs
        for planned in batch {
            do throws(ChatError) {
                results.append(.success(try apply(planned)))
            } catch {
                results.append(.failure(error))
            }
        }
    }

    /// The id of one user's one reaction to one message: 12 bytes of SHA-256 over the three.
    package static func reactionID(_ message: ObjectID, _ user: UserID, _ reaction: Reaction) -> ObjectID {
        let digest = MessageDigest(of: [message.description, user.rawValue, reaction.text])
        return ObjectID(high: digest.high, low: UInt32(truncatingIfNeeded: digest.low >> 32))
    }

    private mutating func apply(_ planned: PlannedChange) throws(ChatError) -> AppliedChange? {
        let draft = planned.draft
        guard let message = messages[draft.messageID], message.roomID == draft.roomID,
            message.seq >= draft.authority.firstVisible
        else {
            throw .notFound("there is no such message in this room")
        }
        switch draft.action {
        case .edit, .delete, .pin, .unpin, .erase:
            guard let after = try message.applying(draft, at: planned.at) else { return nil }
            var applied = add(planned, draft.action.kind, after)
            applied.newMentions = after.mentions(besides: message)
            note(planned, message)
            // Of what is erased nothing is kept.
            if after.content != message.content, draft.action != .erase {
                revisions.append(Revision(change: applied.change, content: message.content))
            }
            return applied
        case .addReaction(let reaction):
            let id = Self.reactionID(message.id, draft.userID, reaction)
            guard !standing.contains(id) else { return nil }
            let after = try message.adding(reaction, by: draft.userID)
            standing.insert(id)
            let applied = add(planned, .reaction, after, reaction, isAdded: true)
            if removedReactions.remove(id) == nil { addedReactions[id] = applied.change }
            return applied
        case .removeReaction(let reaction):
            guard !message.isDeleted else { throw ChatError(.gone, "the message is deleted") }
            let id = Self.reactionID(message.id, draft.userID, reaction)
            guard standing.remove(id) != nil else { return nil }
            let applied = add(
                planned, .reaction, message.removing(reaction, by: draft.userID), reaction, isAdded: false)
            if addedReactions.removeValue(forKey: id) == nil { removedReactions.insert(id) }
            return applied
        case .countReplies:
            let counted = message.details?.thread?.lastSeq ?? 0
            let new = (replies[message.id] ?? []).filter { $0.seq > counted }
            return message.counting(new).map { add(planned, .thread, $0) }
        case .forgetParticipant(let user):
            return message.forgetting(participant: user).map { add(planned, .thread, $0) }
        }
    }

    private mutating func note(_ planned: PlannedChange, _ message: Message) {
        let draft = planned.draft
        guard let recorded = draft.authority.recorded else { return }
        let action: String
        switch draft.action {
        case .delete where message.userID != draft.userID: action = "delete_message"
        case .pin: action = "pin"
        case .unpin: action = "unpin"
        case .delete, .edit, .erase, .addReaction, .removeReaction, .countReplies, .forgetParticipant: return
        }
        acts.append(
            AuditEntry(
                id: planned.id, room: message.roomID, actor: draft.userID, via: recorded.via, target: message.userID,
                action: action, reason: recorded.reason, detail: message.id.description, at: planned.at))
    }

    private mutating func add(
        _ planned: PlannedChange, _ kind: ChangeKind, _ after: Message, _ reaction: Reaction? = nil,
        isAdded: Bool? = nil
    ) -> AppliedChange {
        let rev = (revs[after.roomID] ?? 0) + 1
        revs[after.roomID] = rev
        let change = Change(
            id: planned.id, roomID: after.roomID, rev: rev, messageID: after.id, kind: kind,
            userID: planned.draft.userID, reaction: reaction, isAdded: isAdded, at: planned.at)
        changes.append(change)
        messages[after.id] = after
        changedMessages[after.id] = after
        return AppliedChange(change: change, message: after)
    }
}

extension ChangeDraft.Action {
    fileprivate var kind: ChangeKind {
        switch self {
        case .edit: .edited
        case .delete, .erase: .deleted
        case .addReaction, .removeReaction: .reaction
        case .pin: .pinned
        case .unpin: .unpinned
        case .countReplies, .forgetParticipant: .thread
        }
    }
}
