import Chat

/// What people of an exploration may send; made once, since checking and hashing texts takes longer than exploring.
enum ExploredDrafts {
    enum Kind: Int {
        case plain, invalid, reused
    }

    static let rooms = ["room-0", "room-1"].map { RoomID(stored: $0) }
    /// Messages that one client sends, at most.
    static let places = 3
    private static let users = 2
    private static let clients = 3

    static func draft(_ room: Int, _ user: Int, _ client: Int, _ place: Int, _ kind: Kind) -> MessageDraft {
        all[(((room * users) + user) * clients + client) * places * 3 + place * 3 + kind.rawValue]
    }

    private static let all: [MessageDraft] = {
        var drafts: [MessageDraft] = []
        for room in rooms {
            for user in 0..<users {
                for client in 0..<clients {
                    for place in 0..<places {
                        for kind in [Kind.plain, .invalid, .reused] {
                            drafts.append(make(room, user, "\(client)-\(place)", kind))
                        }
                    }
                }
            }
        }
        return drafts
    }()

    private static func make(_ room: RoomID, _ user: Int, _ clientID: String, _ kind: Kind) -> MessageDraft {
        let content =
            switch kind {
            case .plain: "content of \(clientID)" + String(repeating: "x", count: user * 300)
            case .invalid: SharedMessages.invalidContent
            case .reused: "another content"
            }
        do {
            return try Fixture.draft(clientID, content, room: room, user: "user-\(user)")
        } catch {
            fatalError("a draft of the exploration is refused: \(error)")
        }
    }
}
