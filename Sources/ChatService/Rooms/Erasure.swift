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
    let following: ThreadFollowing

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
        // What is not yet stored of whom he followed must not come behind.
        await following.flush()
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
            let roots = Set(
                page.messages.compactMap { message in
                    message.details?.threadID.map { Root(room: message.roomID, message: $0) }
                })
            _ = try await apply(roots.map { ($0.room, $0.message, .forgetParticipant(user)) }, by: identity.userID)
            after = page.next
        } while after != nil
        return count
    }

    private struct Root: Hashable {
        var room: RoomID
        var message: ObjectID
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
