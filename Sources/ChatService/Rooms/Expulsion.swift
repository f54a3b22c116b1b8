import WebSocket

/// Why somebody's sockets leave a room at once, and whether the room tells it.
struct Expulsion: Hashable, Sendable {
    var code: CloseCode
    var reason: String

    static func kicked(_ reason: String?) -> Expulsion {
        Expulsion(code: .kicked, reason: reason ?? "kicked out of the room")
    }

    static func banned(_ reason: String?) -> Expulsion {
        Expulsion(code: .banned, reason: reason ?? "banned from the room")
    }

    static let left = Expulsion(code: .notAMember, reason: "no longer a member of the room")
    static let gone = Expulsion(code: .roomGone, reason: "the room is gone")
}
