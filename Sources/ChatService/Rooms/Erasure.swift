import Auth
import BSON
import Chat
import ChatLog
import WebSocket

/// Hands out what is stored of a person, and takes it away: his words, his name, his memberships. The places of his messages
/// stay, so that no room's order gets a hole.
struct Erasure: Sendable {
    struct Counts: Hashable, Sendable {
        var messages = 0
        var reactions = 0
        var rooms = 0
    }

    let rooms: RoomService
    let changes: ChangeLane

    private static let pageSize = 200

    private var store: any RoomStore { rooms.store }

    /// Erases a user. May be asked for again when it was interrupted.
    func erase(_ user: UserID, by identity: Identity) async throws(ChatError) -> Counts {
        try await record("erase_user", user, identity)
        try await rooms.revokeTokens(of: user, by: identity)
        var counts = Counts()
        counts.rooms = try await leaveAll(user, by: identity)
        counts.messages = try await eraseMessages(of: user, by: identity)
        counts.reactions = try await takeBackReactions(of: user, by: identity)
        try await store.forget(user)
        try await record(
            "user_erased", user, identity,
            "\(counts.messages) messages, \(counts.reactions) reactions, \(counts.rooms) rooms")
        return counts
    }

    /// Records that a user's data was handed out.
    func recordExport(of user: UserID, by identity: Identity) async throws(ChatError) {
        try await record("export_user", user, identity)
    }

    private func record(
        _ action: String, _ user: UserID, _ identity: Identity, _ detail: String? = nil
    ) async throws(ChatError) {
        try await store.record(
            AuditEntry(
                id: rooms.ids.next(), room: nil, actor: identity.userID, target: user, action: action, detail: detail,
                at: .now))
    }

    // MARK: Steps

    private func leaveAll(_ user: UserID, by identity: Identity) async throws(ChatError) -> Int {
        var (count, after): (Int, RoomID?) = (0, nil)
        // Rooms that are gone are not listed: a page may be empty, and yet not be the last.
        repeat {
            let page = try await store.rooms(of: user, after: after, limit: Self.pageSize)
            for listed in page.rooms {
                try await rooms.remove(user, from: listed.room.id, by: identity)
                count += 1
            }
            after = page.next
        } while after != nil
        return count
    }

    private func eraseMessages(of user: UserID, by identity: Identity) async throws(ChatError) -> Int {
        var (count, after): (Int, PersonalPosition?) = (0, nil)
        repeat {
            let page = try await store.messages(of: user, after: after, limit: Self.pageSize)
            let changed = page.messages.filter { $0.details?.editedAt != nil || $0.isDeleted }
            try await store.forgetRevisions(of: changed.map(\.id))
            count += try await apply(
                page.messages.map { ($0.roomID, $0.id, .erase) }, by: identity.userID)
            after = page.next
        } while after != nil
        return count
    }

    private func takeBackReactions(of user: UserID, by identity: Identity) async throws(ChatError) -> Int {
        var count = 0
        while true {
            let given = try await store.reactions(of: user, limit: Self.pageSize)
            guard !given.isEmpty else { return count }
            count += try await apply(
                given.map { ($0.room, $0.message, .removeReaction($0.reaction)) }, by: user)
            // What could not be taken back hangs on a message that is deleted or no longer there.
            try await store.forgetReactions(of: user, to: Set(given.map(\.message)))
        }
    }

    /// - Returns: how many changed something.
    private func apply(
        _ wanted: [(room: RoomID, message: ObjectID, action: ChangeDraft.Action)], by user: UserID
    ) async throws(ChatError) -> Int {
        let results = await withTaskGroup(of: Result<Bool, ChatError>.self) { group in
            for (room, message, action) in wanted {
                let draft = ChangeDraft(
                    roomID: room, messageID: message, userID: user, action: action,
                    authority: ChangeAuthority(moderates: true))
                let hint = rooms.admission.rooms.known(room)?.lastRevHint ?? 0
                group.addTask {
                    await withCheckedContinuation { continuation in
                        changes.submit(draft, hint: hint) { result in
                            continuation.resume(returning: result.map { $0 != nil })
                        }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var count = 0
        for result in results {
            do throws(ChatError) {
                if try result.get() { count += 1 }
            } catch  where error.code == .notFound || error.code == .gone {
                continue
            }
        }
        return count
    }
}

extension RoomService {
    /// Takes an erased user out of a room. Where he was the owner, the one with the highest role takes over.
    func remove(_ user: UserID, from id: RoomID, by identity: Identity) async throws(ChatError) {
        let heir = try await heir(of: user, in: id)
        try await act(in: id, by: identity, on: [user] + [heir].compactMap(\.self)) { (view) throws(ChatError) in
            var act = RoomAct()
            guard let membership = view.standing(of: user).membership else { return act }
            act.remove(user, .left)
            act.writes.append(audit(view, "remove_erased", target: user))
            act.events.append(.member(.init(user: user, action: .left, by: view.actorID)))
            guard membership.role == .owner, let heir, var new = view.standing(of: heir).membership else { return act }
            (new.role, new.mutedUntil) = (.owner, nil)
            act.put(heir, new)
            act.writes.append(audit(view, "transfer", target: heir))
            act.events.append(.member(.init(user: heir, action: .role, role: .owner, by: view.actorID)))
            return act
        }
    }

    /// Who becomes the owner when the only one goes: one of the highest role. Nil where none is needed, or is there.
    private func heir(of user: UserID, in id: RoomID) async throws(ChatError) -> UserID? {
        guard try await store.members(of: id, roles: [.owner], limit: 2) == [user] else { return nil }
        for role in Role.allCases.sorted(by: { $0.rank > $1.rank }) where role != .owner {
            if let heir = try await store.members(of: id, roles: [role], limit: 1).first { return heir }
        }
        return nil
    }
}
