import BSON
import ChatClient
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

/// Everybody who is not in a private room, against everything that could show something of it.
@Suite("The matrix of leaks", .serialized)
struct LeakMatrixTests {
    /// Why somebody is outside, and by which refusals that may show.
    enum Outsider: String, CaseIterable {
        case stranger, banned, kicked, invited, asking, left
    }

    /// Stands in everything that is the room's.
    private static let secret = "zanzibar"

    /// Everything that names a room: method, path, body. `ROOM` and `MESSAGE` are filled in.
    private static let requests: [(HTTPMethod, String, String?)] = [
        (.GET, "/chat/ROOM/history", nil), (.GET, "/chat/ROOM/history?limit=1&before_id=MESSAGE", nil),
        (.GET, "/chat/ROOM/search?q=zanzibar", nil), (.GET, "/search?q=zanzibar&room_id=ROOM", nil),
        (.GET, "/chat/ROOM/pins", nil), (.GET, "/chat/ROOM/threads", nil), (.GET, "/chat/ROOM/threads/MESSAGE", nil),
        (.GET, "/chat/ROOM/messages/MESSAGE", nil), (.GET, "/chat/ROOM/messages/MESSAGE/reactions", nil),
        (.GET, "/chat/ROOM/messages/MESSAGE/revisions", nil), (.GET, "/chat/ROOM/messages/MESSAGE/readers", nil),
        (.GET, "/chat/ROOM/presence", nil), (.GET, "/chat/ROOM/history?around_id=MESSAGE", nil),
        (.GET, "/chat/ROOM/threads/MESSAGE/follow", nil), (.PUT, "/chat/ROOM/threads/MESSAGE/follow", nil),
        (.DELETE, "/chat/ROOM/threads/MESSAGE/follow", nil), (.GET, "/chat/ROOM/threads/MESSAGE/followers", nil),
        (.PUT, "/chat/ROOM/threads/MESSAGE/read", #"{"seq":1}"#),
        (.POST, "/chat/ROOM/messages", #"{"content":"x"}"#), (.GET, "/rooms/ROOM", nil), (.DELETE, "/rooms/ROOM", nil),
        (.PATCH, "/rooms/ROOM", #"{"topic":"x"}"#), (.PATCH, "/rooms/ROOM", "{}"), (.GET, "/rooms/ROOM/members", nil),
        (.PUT, "/rooms/ROOM/members/friend", "{}"), (.PUT, "/rooms/ROOM/members/owner", "{}"),
        (.PUT, "/rooms/ROOM/members/owner", #"{"role":"owner"}"#), (.DELETE, "/rooms/ROOM/members/owner", nil),
        (.POST, "/rooms/ROOM/owner", #"{"user_id":"friend"}"#), (.GET, "/rooms/ROOM/bans", nil),
        (.PUT, "/rooms/ROOM/bans/owner", "{}"), (.DELETE, "/rooms/ROOM/bans/friend", nil),
        (.PUT, "/rooms/ROOM/mutes/owner", #"{"duration":9}"#), (.DELETE, "/rooms/ROOM/mutes/owner", nil),
        (.GET, "/rooms/ROOM/audit", nil), (.GET, "/rooms/ROOM/reports", nil),
        (.POST, "/rooms/ROOM/reports", #"{"message_id":"MESSAGE","reason":"x"}"#),
        (.PUT, "/rooms/ROOM/reports/MESSAGE", "{}"), (.POST, "/rooms/ROOM/invites", #"{"user_id":"friend"}"#),
        (.GET, "/rooms/ROOM/invites", nil), (.GET, "/rooms/ROOM/requests", nil),
        (.PUT, "/rooms/ROOM/requests/friend", nil), (.DELETE, "/rooms/ROOM/requests/friend", nil),
    ]

    /// Lists that are no room's: the room must not be in them.
    private static let lists = [
        "/search?q=zanzibar", "/rooms", "/rooms?scope=public", "/rooms?scope=public&q=zanzibar", "/users/me/unread",
        "/users/me/mentions", "/users/me/threads", "/invites",
    ]

    @Test("Nothing of a private room reaches who is outside, by any endpoint, list, socket or frame")
    func matrix() async throws {
        try await ChatFixture.with { chat in
            let made = try await chat.request(
                .POST, "/rooms", "owner",
                #"{"id":"den","name":"Zanzibar","topic":"zanzibar","visibility":"private"}"#)
            #expect(made.status == 201)
            let owner = try await chat.joinV2("den", "owner")
            let message = try await owner.said("zanzibar @banned @kicked @left @stranger @invited @asking")
            var sockets: [Outsider: TestSocket] = [:]
            for outsider in Outsider.allCases { sockets[outsider] = try await cast(outsider, chat) }
            for outsider in Outsider.allCases {
                try await tryRequests(outsider, message, chat)
                try await tryLists(outsider, chat)
                try await trySockets(outsider, message, chat)
            }
            // Those who were connected when they lost their place hear nothing of what follows.
            _ = try await owner.said("zanzibar again")
            for (outsider, socket) in sockets {
                let frames = try await socket.drained()
                #expect(!frames.contains { "\($0)".contains("zanzibar again") }, "\(outsider)")
            }
        }
    }

    /// - Returns: a socket of many rooms, which sat in the room where he had a place.
    private func cast(_ outsider: Outsider, _ chat: ChatFixture) async throws -> TestSocket {
        let user = outsider.rawValue
        let socket = try await chat.open("/chat", user, subprotocols: ["chat.v2"])
        switch outsider {
        case .stranger: break
        case .invited:
            let body = #"{"user_id":"invited"}"#
            #expect(try await chat.request(.POST, "/rooms/den/invites", "owner", body).status == 201)
        case .asking:
            #expect(try await chat.request(.POST, "/rooms/den/requests", user, "{}").status == 202)
        case .banned, .kicked, .left:
            try await chat.put(user, in: "den")
            try await socket.send(#"{"type":"join","room_id":"den","ref":"j"}"#)
            _ = try await socket.next("ack")
            switch outsider {
            case .banned: _ = try await chat.request(.PUT, "/rooms/den/bans/banned", "owner", "{}")
            case .kicked: _ = try await chat.request(.DELETE, "/rooms/den/members/kicked", "owner")
            default: _ = try await chat.request(.DELETE, "/rooms/den/members/left", "left")
            }
            let code = try await socket.next("closing")["code"]?.int
            #expect(code == [.banned: 4504, .kicked: 4503][outsider, default: 4502])
        }
        return socket
    }

    private func tryRequests(_ outsider: Outsider, _ message: String, _ chat: ChatFixture) async throws {
        for (method, path, body) in Self.requests {
            func filled(_ text: String) -> String {
                text.replacing("ROOM", with: "den").replacing("MESSAGE", with: message)
            }
            let answer = try await chat.request(method, filled(path), outsider.rawValue, body.map(filled))
            #expect(answer.status == 403, "\(outsider) \(method) \(path): \(answer.status)")
            #expect(!"\(answer.body)".lowercased().contains(Self.secret), "\(outsider) \(method) \(path)")
        }
    }

    private func tryLists(_ outsider: Outsider, _ chat: ChatFixture) async throws {
        for path in Self.lists {
            let answer = try await chat.get(path, outsider.rawValue)
            #expect(answer.status == 200)
            #expect(!"\(answer.body)".lowercased().contains(Self.secret), "\(outsider) \(path)")
            let mayNameRoom = outsider == .invited && path == "/invites"
            #expect(mayNameRoom || !"\(answer.body)".contains("\"den\""), "\(outsider) \(path)")
        }
    }

    private func trySockets(_ outsider: Outsider, _ message: String, _ chat: ChatFixture) async throws {
        for path in ["/chat/den", "/chat/den/events", "/chat/den?after_id=\(message)"] {
            do {
                _ = try await chat.open(path, outsider.rawValue)
                Issue.record("\(outsider) was let in by \(path)")
            } catch let refused as UpgradeRefused {
                #expect(refused.response.status == 403, "\(outsider) \(path)")
            }
        }
        let socket = try await chat.open("/chat", outsider.rawValue, subprotocols: ["chat.v2"])
        for frame in [#""type":"join""#, #""type":"join","cursor":"1.0.0""#] {
            let code = try await socket.refusal(frame + #","room_id":"den""#)
            #expect(["forbidden", "banned", "bad_request"].contains(code), "\(outsider) \(frame) \(code ?? "")")
        }
        let frames = [
            #""type":"message","content":"x""#, #""type":"history""#, #""type":"typing","typing":true"#,
            #""type":"edit","message_id":"M","content":"x""#, #""type":"delete","message_id":"M""#,
            #""type":"reaction","message_id":"M","reaction":"👍","op":"add""#, #""type":"read","seq":1"#,
            #""type":"pin","message_id":"M","op":"add""#, #""type":"report","message_id":"M","reason":"x""#,
            #""type":"moderate","action":"lock""#,
        ]
        for frame in frames {
            let filled = frame.replacing("\"M\"", with: "\"\(message)\"") + #","room_id":"den""#
            #expect(try await socket.refusal(filled) != nil, "\(outsider) \(frame)")
        }
    }
}
