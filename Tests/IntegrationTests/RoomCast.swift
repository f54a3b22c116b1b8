import BSON
import Chat
import Foundation
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

/// A room with one member of each role, and what there is to act on.
struct RoomCast: Sendable {
    enum State: String, CaseIterable {
        case open, archived, locked
    }

    /// Of a role's member: to be edited, to be deleted by himself; and somebody else's, to be deleted by him.
    struct Messages: Sendable {
        var kept: String
        var doomed: String
        var victim: String
    }

    let room: Room
    let state: State
    let messages: [Role: Messages]
    /// A message of somebody else.
    let foreign: String
    /// One socket of each role's member.
    let sockets: [Role: TestSocket]
    let now = Timestamp(milliseconds: 1)

    static func user(_ role: Role) -> String { "the-\(role.rawValue)" }
    /// Another of the same role, who leaves.
    static func leaver(_ role: Role) -> String { "leaver-\(role.rawValue)" }

    var id: String { room.id.rawValue }

    static func make(_ kind: RoomKind, _ state: State, _ chat: ChatFixture) async throws -> RoomCast {
        var room = Room(
            id: RoomID(stored: "cast"), name: "cast", kind: kind, createdBy: nil, createdAt: Timestamp(milliseconds: 0),
            epoch: 1, firstSeq: 1, lastSeqHint: 0)
        if kind == .direct {
            let made = try await chat.request(.POST, "/rooms/direct", user(.owner), #"{"user_id":"other"}"#)
            room.id = RoomID(stored: try #require(made.body["id"]?.text))
        } else {
            try await chat.makeRoom("cast", kind.rawValue, by: user(.owner))
        }
        if state == .archived { room.archivedAt = Timestamp(milliseconds: 1) }
        if state == .locked { room.lockedAt = Timestamp(milliseconds: 1) }
        let id = room.id.rawValue
        // Written past the service, as no rule of a direct room makes such members.
        try await chat.withDatabase { connection in
            for role in Role.allCases {
                // Who may only read says something first.
                try put(user(role), role == .readOnly ? .member : role, in: id, connection)
                try put(leaver(role), role, in: id, connection)
                try InviteRepository(connection).put(
                    InviteRecord(
                        code: "cast-\(role.rawValue)", roomID: id, userID: nil, createdBy: "other", createdAt: 0,
                        expiresAt: nil, usesLeft: nil))
            }
            try put("other", .member, in: id, connection)
            try put("lowly", .readOnly, in: id, connection)
        }
        return try await fill(room, state, chat)
    }

    private static func put(_ user: String, _ role: Role, in room: String, _ connection: MongoConnection) throws {
        try connection.members.put(room: room, user: user, role: role.rawValue, mutedUntil: nil, joinedSeq: 0, at: 0)
    }

    private static func fill(_ room: Room, _ state: State, _ chat: ChatFixture) async throws -> RoomCast {
        var (messages, sockets): ([Role: Messages], [Role: TestSocket]) = ([:], [:])
        let other = try await chat.joinV2(room.id.rawValue, "other")
        for role in Role.allCases {
            let socket = try await chat.joinV2(room.id.rawValue, user(role))
            sockets[role] = socket
            messages[role] = Messages(
                kept: try await socket.said("of \(role)"), doomed: try await socket.said("doomed of \(role)"),
                victim: try await other.said("victim of \(role)"))
        }
        let foreign = try await other.said("foreign")
        try await settle(room, chat)
        return RoomCast(room: room, state: state, messages: messages, foreign: foreign, sockets: sockets)
    }

    /// As another process would, since nobody archives or locks a direct room.
    private static func settle(_ room: Room, _ chat: ChatFixture) async throws {
        let id = room.id.rawValue
        try await chat.withDatabase { connection in
            try put(user(.readOnly), .readOnly, in: id, connection)
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            var set = BSONDocument()
            if room.isArchived { set.append("archived_at", .datetime(milliseconds: now)) }
            if room.isLocked { set.append("locked_at", .datetime(milliseconds: now)) }
            var update: BSONDocument = ["$inc": ["revision": .int64(1)]]
            if !set.isEmpty { update.append("$set", .document(set)) }
            _ = try connection.update("rooms", [UpdateOperation(filter: ["_id": .string(id)], update: update)])
        }
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let seen = try await chat.get("/rooms/\(id)", user(.readOnly)).body
            if seen["role"]?.text == "read_only", seen["archived"]?.bool == room.isArchived,
                seen["locked"]?.bool == room.isLocked
            {
                return
            }
            guard ContinuousClock.now < deadline else { throw ChildProcess.Failure("the cast is not ready: \(seen)") }
        }
    }

    /// As it was before somebody archived, locked or opened the room.
    func restore(_ chat: ChatFixture) async throws {
        let patches =
            switch state {
            case .open: [#"{"archived":false}"#, #"{"locked":false}"#]
            case .archived: [#"{"archived":true}"#]
            case .locked: [#"{"archived":false}"#, #"{"locked":true}"#]
            }
        for patch in patches {
            let answer = try await chat.request(.PATCH, "/rooms/\(id)", Self.user(.owner), patch)
            guard answer.status == 200 else { throw ChildProcess.Failure("not restored: \(answer)") }
        }
    }
}
