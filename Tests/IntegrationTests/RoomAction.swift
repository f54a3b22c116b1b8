import Chat
import NIOHTTP1

/// One thing that somebody may try in a room, over REST or as a frame, and the permission that it needs.
struct RoomAction: Sendable {
    enum Way: Sendable {
        /// Path behind the room's address, and body.
        case rest(HTTPMethod, String, String?)
        /// Fields of a frame.
        case frame(String)
    }

    let name: String
    let permission: Permission
    /// Whether it may be refused although the role allows it, for the rank of the one it is about.
    var mayBeForbiddenAnyway = false
    /// `ROOM`, `OWN`, `FOREIGN`, `NEW`: the room's id, one's own and somebody else's message, and a text that is new.
    let way: Way

    /// - Returns: the code of the error, or "".
    func attempt(_ cast: RoomCast, _ role: Role, _ chat: ChatFixture) async throws -> String {
        func filled(_ text: String) -> String {
            text.replacing("ROOM", with: cast.id).replacing("OWN", with: cast.messages[role] ?? cast.foreign)
                .replacing("FOREIGN", with: cast.foreign).replacing("NEW", with: "\(UInt32.random(in: 0 ... .max))")
        }
        switch way {
        case .rest(let method, let path, let body):
            let answer = try await chat.request(method, filled(path), RoomCast.user(role), body.map(filled))
            return answer.body["error"]?["code"]?.text ?? ""
        case .frame(let fields):
            guard let socket = cast.sockets[role] else { return "no socket" }
            return try await socket.refusal(filled(fields)) ?? ""
        }
    }

    private static func rest(
        _ method: HTTPMethod, _ path: String, _ permission: Permission, _ body: String? = nil, ranked: Bool = false
    ) -> RoomAction {
        RoomAction(
            name: "\(method) \(path)", permission: permission, mayBeForbiddenAnyway: ranked,
            way: .rest(method, path, body))
    }

    private static func frame(_ fields: String, _ permission: Permission, ranked: Bool = false) -> RoomAction {
        RoomAction(name: fields, permission: permission, mayBeForbiddenAnyway: ranked, way: .frame(fields))
    }

    /// In this order nothing stands in the way of what comes later: whom one acts on is somebody who is not there, or the
    /// lowest.
    static let all: [RoomAction] = [
        rest(.GET, "/chat/ROOM/history", .read), rest(.GET, "/chat/ROOM/search?q=of", .read),
        rest(.GET, "/chat/ROOM/pins", .read), rest(.GET, "/chat/ROOM/threads", .read),
        rest(.GET, "/chat/ROOM/messages/FOREIGN", .read), rest(.GET, "/chat/ROOM/messages/FOREIGN/reactions", .read),
        rest(.GET, "/chat/ROOM/messages/FOREIGN/revisions", .readRevisions), rest(.GET, "/rooms/ROOM", .read),
        rest(.GET, "/rooms/ROOM/members", .seeMembers), rest(.GET, "/rooms/ROOM/bans", .ban),
        rest(.GET, "/rooms/ROOM/audit", .readAudit), rest(.GET, "/rooms/ROOM/reports", .handleReports),
        rest(.GET, "/rooms/ROOM/invites", .approve), rest(.GET, "/rooms/ROOM/requests", .approve),
        rest(.POST, "/chat/ROOM/messages", .post, #"{"content":"x"}"#),
        rest(.POST, "/rooms/ROOM/reports", .report, #"{"message_id":"FOREIGN","reason":"r"}"#),
        rest(.POST, "/rooms/ROOM/invites", .invite, #"{"user_id":"nobody"}"#),
        rest(.PUT, "/rooms/ROOM/requests/nobody", .approve),
        rest(.PUT, "/rooms/ROOM/members/lowly", .setRoles, #"{"role":"guest"}"#, ranked: true),
        rest(.PUT, "/rooms/ROOM/members/lowly", .setRoles, #"{"role":"read_only"}"#, ranked: true),
        rest(.DELETE, "/rooms/ROOM/members/absent", .kick), rest(.PUT, "/rooms/ROOM/bans/absent", .ban, "{}"),
        rest(.DELETE, "/rooms/ROOM/bans/absent", .ban),
        rest(.PUT, "/rooms/ROOM/mutes/absent", .mute, #"{"duration":9}"#),
        rest(.DELETE, "/rooms/ROOM/mutes/absent", .mute),
        rest(.PATCH, "/rooms/ROOM", .describe, #"{"topic":"NEW"}"#),
        rest(.PATCH, "/rooms/ROOM", .configure, #"{"settings":{"welcome":"NEW"}}"#),
        rest(.PATCH, "/rooms/ROOM", .slowMode, #"{"settings":{"slow_mode":1}}"#),
        rest(.PATCH, "/rooms/ROOM", .slowMode, #"{"settings":{"slow_mode":0}}"#),
        rest(.PATCH, "/rooms/ROOM", .lock, #"{"locked":true}"#),
        rest(.PATCH, "/rooms/ROOM", .lock, #"{"locked":false}"#),
        rest(.PATCH, "/rooms/ROOM", .archive, #"{"archived":true}"#),
        rest(.PATCH, "/rooms/ROOM", .archive, #"{"archived":false}"#),
        rest(.POST, "/rooms/ROOM/owner", .transfer, #"{"user_id":"absent"}"#),
        frame(#""type":"message","content":"x""#, .post), frame(#""type":"history""#, .read),
        frame(#""type":"reaction","message_id":"FOREIGN","reaction":"👍","op":"add""#, .react),
        frame(#""type":"edit","message_id":"OWN","content":"edited""#, .edit, ranked: true),
        frame(#""type":"pin","message_id":"FOREIGN","op":"add""#, .pin),
        frame(#""type":"report","message_id":"FOREIGN","reason":"r""#, .report),
        frame(#""type":"moderate","action":"kick","user_id":"absent""#, .kick),
        frame(#""type":"moderate","action":"ban","user_id":"gone""#, .ban),
        frame(#""type":"moderate","action":"unban","user_id":"gone""#, .ban),
        frame(#""type":"moderate","action":"mute","user_id":"absent","duration":9"#, .mute),
        frame(#""type":"moderate","action":"unmute","user_id":"absent""#, .mute),
        frame(#""type":"moderate","action":"lock""#, .lock), frame(#""type":"moderate","action":"unlock""#, .lock),
        frame(#""type":"moderate","action":"slow_mode","duration":1"#, .slowMode),
        frame(#""type":"moderate","action":"slow_mode","duration":0"#, .slowMode),
    ]
}
