import Chat
import ChatClient
import NIOHTTP1

/// One thing that somebody may try in a room, over REST, as a frame or by a socket, and the permissions that it needs.
struct RoomAction: Sendable {
    enum Way: Sendable {
        /// Path, and body.
        case rest(HTTPMethod, String, String?)
        /// Fields of a frame.
        case frame(String)
        /// The same for one that has no answer when all is well.
        case quietFrame(String)
        /// Path of a socket.
        case socket(String)
        /// As `rest`, by somebody else of the same role, who does not come back.
        case leaver(HTTPMethod, String)
    }

    enum Need: Sendable {
        case all([Permission])
        case any([Permission])
        /// In a group members bring others; elsewhere those who let people in do.
        case adding

        var permissions: [Permission] {
            switch self {
            case .all(let permissions), .any(let permissions): permissions
            case .adding: [.approve, .invite]
            }
        }

        func isMet(in kind: RoomKind, _ has: (Permission) -> Bool) -> Bool {
            switch self {
            case .all(let permissions): permissions.allSatisfy(has)
            case .any(let permissions): permissions.contains(where: has)
            case .adding: has(kind == .group ? .invite : .approve)
            }
        }
    }

    let name: String
    var need: Need
    /// Whether it may be refused although the role allows it, for the rank of the one it is about.
    var mayBeForbiddenAnyway = false
    /// `ROOM`, `ROLE`, `KIND`: the room's id and kind, and one's role; `OWN`, `FOREIGN`: one's own and somebody else's
    /// message; `DOOMED`, `VICTIM`: the same, of which there is one for each role; `NEW`: a text that is new.
    let way: Way

    /// Whether the room may be archived, locked or open afterwards.
    var changesState: Bool { name.contains("archived") || name.contains("lock") }

    /// - Returns: the code of the error, or "".
    func attempt(_ cast: RoomCast, _ role: Role, _ chat: ChatFixture) async throws -> String {
        func filled(_ text: String) -> String {
            let own = cast.messages[role]
            return text.replacing("ROOM", with: cast.id).replacing("OWN", with: own?.kept ?? cast.foreign)
                .replacing("FOREIGN", with: cast.foreign).replacing("DOOMED", with: own?.doomed ?? cast.foreign)
                .replacing("VICTIM", with: own?.victim ?? cast.foreign).replacing("ROLE", with: role.rawValue)
                .replacing("KIND", with: cast.room.kind.rawValue)
                .replacing("NEW", with: "\(UInt32.random(in: 0 ... .max))")
        }
        func code(_ method: HTTPMethod, _ path: String, _ user: String, _ body: String?) async throws -> String {
            let answer = try await chat.request(method, filled(path), user, body.map(filled))
            return answer.body["error"]?["code"]?.text ?? ""
        }
        switch way {
        case .rest(let method, let path, let body): return try await code(method, path, RoomCast.user(role), body)
        case .leaver(let method, let path): return try await code(method, path, RoomCast.leaver(role), nil)
        case .frame(let fields): return try await cast.sockets[role]?.refusal(filled(fields)) ?? ""
        case .quietFrame(let fields):
            return try await cast.sockets[role]?.refusal(filled(fields), orPongTo: "quiet") ?? ""
        case .socket(let path):
            do {
                let socket = try await chat.open(filled(path), RoomCast.user(role), subprotocols: ["chat.v2"])
                await socket.connection.abort()
                return ""
            } catch let refused as UpgradeRefused {
                return try JSON(refused.response.text)["error"]?["code"]?.text ?? "\(refused.response.status)"
            }
        }
    }
}
