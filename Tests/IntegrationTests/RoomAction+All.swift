import Chat
import NIOHTTP1

extension RoomAction {
    private static func rest(
        _ method: HTTPMethod, _ path: String, _ permissions: Permission..., body: String? = nil, ranked: Bool = false
    ) -> RoomAction {
        RoomAction(
            name: "\(method) \(path) \(body ?? "")", need: .all(permissions), mayBeForbiddenAnyway: ranked,
            way: .rest(method, path, body))
    }

    private static func frame(_ fields: String, _ permissions: Permission..., ranked: Bool = false) -> RoomAction {
        RoomAction(name: fields, need: .all(permissions), mayBeForbiddenAnyway: ranked, way: .frame(fields))
    }

    private static func quiet(_ fields: String, _ permission: Permission) -> RoomAction {
        RoomAction(name: fields, need: .all([permission]), way: .quietFrame(fields))
    }

    /// In this order nothing stands in the way of what comes later: whom one acts on is somebody who is not there, or the
    /// lowest.
    static let all: [RoomAction] = reading + listing + people + moderation + room + frames + moderatorFrames + [leaving]

    static let deletion = rest(.DELETE, "/rooms/ROOM", .deleteRoom)

    private static let leaving = RoomAction(
        name: "leave", need: .all([.leave]), way: .leaver(.DELETE, "/rooms/ROOM/members/leaver-ROLE"))

    private static let reading: [RoomAction] = [
        rest(.GET, "/chat/ROOM/history", .read), rest(.GET, "/chat/ROOM/history?around_id=FOREIGN", .read),
        rest(.GET, "/chat/ROOM/search?q=of", .read), rest(.GET, "/chat/ROOM/pins", .read),
        rest(.GET, "/chat/ROOM/presence", .read), rest(.GET, "/chat/ROOM/threads", .read),
        rest(.GET, "/chat/ROOM/threads/FOREIGN", .read), rest(.GET, "/chat/ROOM/messages/FOREIGN", .read),
        rest(.GET, "/chat/ROOM/messages/FOREIGN/reactions", .read),
        rest(.GET, "/chat/ROOM/messages/FOREIGN/readers", .read),
        rest(.GET, "/chat/ROOM/messages/FOREIGN/revisions", .readRevisions),
        rest(.PUT, "/chat/ROOM/threads/FOREIGN/follow", .read), rest(.GET, "/chat/ROOM/threads/FOREIGN/follow", .read),
        rest(.PUT, "/chat/ROOM/threads/FOREIGN/read", .read, body: #"{"seq":1}"#),
        rest(.GET, "/chat/ROOM/threads/FOREIGN/followers", .read),
        rest(.DELETE, "/chat/ROOM/threads/FOREIGN/follow", .read), rest(.GET, "/rooms/ROOM", .read),
        RoomAction(name: "socket", need: .all([.read]), way: .socket("/chat/ROOM")),
        RoomAction(name: "events", need: .all([.read]), way: .socket("/chat/ROOM/events")),
    ]

    private static let listing: [RoomAction] = [
        rest(.GET, "/rooms/ROOM/members", .seeMembers), rest(.GET, "/rooms/ROOM/bans", .ban),
        rest(.GET, "/rooms/ROOM/audit", .readAudit), rest(.GET, "/rooms/ROOM/reports", .handleReports),
        rest(.GET, "/rooms/ROOM/invites", .approve), rest(.GET, "/rooms/ROOM/requests", .approve),
    ]

    private static let none = String(repeating: "0", count: 24)

    private static let people: [RoomAction] = [
        rest(.POST, "/chat/ROOM/messages", .post, body: #"{"content":"x"}"#),
        rest(.POST, "/rooms/ROOM/reports", .report, body: #"{"message_id":"FOREIGN","reason":"r"}"#),
        rest(.PUT, "/rooms/ROOM/reports/\(none)", .handleReports, body: "{}"),
        rest(.POST, "/rooms/ROOM/invites", .invite, body: #"{"user_id":"nobody"}"#),
        rest(.POST, "/rooms/ROOM/invites", .invite, body: "{}"),
        rest(.DELETE, "/rooms/ROOM/invites/cast-ROLE", .approve),
        rest(.PUT, "/rooms/ROOM/requests/nobody", .approve), rest(.DELETE, "/rooms/ROOM/requests/nobody", .approve),
        rest(.PUT, "/rooms/ROOM/members/lowly", .setRoles, body: #"{"role":"guest"}"#, ranked: true),
        rest(.PUT, "/rooms/ROOM/members/lowly", .setRoles, body: #"{"role":"read_only"}"#, ranked: true),
        RoomAction(name: "add", need: .adding, way: .rest(.PUT, "/rooms/ROOM/members/new-ROLE", nil)),
    ]

    private static let moderation: [RoomAction] = [
        rest(.DELETE, "/rooms/ROOM/members/absent", .kick), rest(.PUT, "/rooms/ROOM/bans/absent", .ban, body: "{}"),
        rest(.DELETE, "/rooms/ROOM/bans/absent", .ban),
        rest(.PUT, "/rooms/ROOM/mutes/absent", .mute, body: #"{"duration":9}"#),
        rest(.DELETE, "/rooms/ROOM/mutes/absent", .mute),
        rest(.POST, "/rooms/ROOM/owner", .transfer, body: #"{"user_id":"absent"}"#),
    ]

    private static func patch(_ body: String, _ permission: Permission) -> RoomAction {
        rest(.PATCH, "/rooms/ROOM", permission, body: body)
    }

    private static let room: [RoomAction] = [
        patch(#"{"topic":"NEW"}"#, .describe), patch(#"{"name":"Room NEW","icon":"x"}"#, .describe),
        patch(#"{"settings":{"welcome":"NEW"}}"#, .configure), patch(#"{"visibility":"KIND"}"#, .configure),
        patch(#"{"settings":{"slow_mode":1}}"#, .slowMode), patch(#"{"settings":{"slow_mode":0}}"#, .slowMode),
        patch(#"{"locked":true}"#, .lock), patch(#"{"locked":false}"#, .lock), patch(#"{"archived":true}"#, .archive),
        patch(#"{"archived":false}"#, .archive),
    ]

    private static let frames: [RoomAction] = [
        frame(#""type":"message","content":"x""#, .post),
        frame(#""type":"message","content":"@room x""#, .post, .mentionRoom), frame(#""type":"history""#, .read),
        quiet(#""type":"typing","typing":true"#, .type), quiet(#""type":"read","seq":1"#, .read),
        frame(#""type":"reaction","message_id":"FOREIGN","reaction":"👍","op":"add""#, .react),
        frame(#""type":"reaction","message_id":"FOREIGN","reaction":"👍","op":"remove""#, .react),
        frame(#""type":"edit","message_id":"OWN","content":"edited""#, .edit),
        frame(#""type":"pin","message_id":"FOREIGN","op":"add""#, .pin, .react),
        frame(#""type":"pin","message_id":"FOREIGN","op":"remove""#, .pin, .react),
        frame(#""type":"report","message_id":"FOREIGN","reason":"r""#, .report),
        RoomAction(
            name: "delete one's own", need: .any([.deleteOwn, .deleteAny]),
            way: .frame(#""type":"delete","message_id":"DOOMED""#)),
        frame(#""type":"delete","message_id":"VICTIM""#, .deleteAny),
    ]

    private static func moderate(_ fields: String, _ permission: Permission) -> RoomAction {
        frame(#""type":"moderate","action":\#(fields)"#, permission)
    }

    private static let moderatorFrames: [RoomAction] = [
        moderate(#""kick","user_id":"absent""#, .kick), moderate(#""ban","user_id":"gone""#, .ban),
        moderate(#""unban","user_id":"gone""#, .ban), moderate(#""mute","user_id":"absent","duration":9"#, .mute),
        moderate(#""unmute","user_id":"absent""#, .mute), moderate(#""lock""#, .lock), moderate(#""unlock""#, .lock),
        moderate(#""slow_mode","duration":1"#, .slowMode), moderate(#""slow_mode","duration":0"#, .slowMode),
    ]
}
