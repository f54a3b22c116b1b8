import BSON
import Chat
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

/// A room with one member of each role, and what there is to act on.
struct RoomCast: Sendable {
    let room: Room
    /// A message of each role's member, and one of somebody else.
    let messages: [Role: String]
    let foreign: String
    /// One socket of each role's member.
    let sockets: [Role: TestSocket]

    static func user(_ role: Role) -> String { "the-\(role.rawValue)" }

    var id: String { room.id.rawValue }

    static func make(_ kind: RoomKind, _ chat: ChatFixture) async throws -> RoomCast {
        var room = Room(
            id: RoomID(stored: "cast"), name: "cast", kind: kind, createdBy: nil, createdAt: Timestamp(milliseconds: 0),
            epoch: 1, firstSeq: 1, lastSeqHint: 0)
        if kind == .direct {
            let made = try await chat.request(.POST, "/rooms/direct", user(.owner), #"{"user_id":"other"}"#)
            room.id = RoomID(stored: try #require(made.body["id"]?.text))
        } else {
            try await chat.makeRoom("cast", kind.rawValue, by: user(.owner))
        }
        let id = room.id.rawValue
        // Written past the service, as no rule of a direct room makes such members.
        try await chat.withDatabase { connection in
            for role in Role.allCases {
                try connection.members.put(
                    room: id, user: user(role), role: role.rawValue, mutedUntil: nil, joinedSeq: 0, at: 0)
            }
            try connection.members.put(room: id, user: "other", role: "member", mutedUntil: nil, joinedSeq: 0, at: 0)
            try connection.members.put(room: id, user: "lowly", role: "read_only", mutedUntil: nil, joinedSeq: 0, at: 0)
        }
        return try await fill(room, chat)
    }

    private static func fill(_ room: Room, _ chat: ChatFixture) async throws -> RoomCast {
        var (messages, sockets): ([Role: String], [Role: TestSocket]) = ([:], [:])
        for role in Role.allCases {
            sockets[role] = try await chat.joinV2(room.id.rawValue, user(role))
            guard role != .readOnly else { continue }
            messages[role] = try await sockets[role]?.said("of \(role)")
        }
        let other = try await chat.joinV2(room.id.rawValue, "other")
        let foreign = try await other.said("foreign")
        messages[.readOnly] = foreign
        return RoomCast(room: room, messages: messages, foreign: foreign, sockets: sockets)
    }
}
