/// What one person saw of a room over all his sockets, and what of it was not as promised: on each socket messages come
/// in order, no repeat, no gap.
struct SeenLog: Sendable {
    /// What a socket begins with.
    enum Beginning: Sendable {
        /// A `history` frame: what follows continues it.
        case history
        /// Any message: what follows continues it. The sockets of `/events`.
        case anywhere
    }

    private enum Position {
        case expectsHistory
        case anywhere
        case after(seq: Int, id: String)
    }

    let user: String
    let room: String
    private(set) var messages: [Int: SeenMessage] = [:]
    private(set) var violations: [String] = []
    private(set) var sockets = 0
    private var position = Position.anywhere

    init(of user: String, in room: String) {
        self.user = user
        self.room = room
    }

    /// The last message of all; 0: none.
    var lastSeq: Int { messages.keys.max() ?? 0 }

    mutating func opened(_ beginning: Beginning) {
        sockets += 1
        position =
            switch beginning {
            case .history: .expectsHistory
            case .anywhere: .anywhere
            }
    }

    /// Takes a frame of the room's or of the events socket; frames of other types are passed over.
    mutating func see(_ frame: JSON) {
        switch frame.type {
        case "history": seeHistory(frame["messages"]?.array ?? [])
        case "message": seeMessage(frame["data"] ?? frame)
        default: break
        }
    }

    private mutating func seeHistory(_ frames: [JSON]) {
        guard case .expectsHistory = position else { return blame("a history frame that was not the first") }
        // An empty history means an empty room, and a short one goes back to the room's beginning.
        position = frames.count < 50 ? .after(seq: 0, id: "") : .anywhere
        for frame in frames { seeMessage(frame) }
    }

    private mutating func seeMessage(_ frame: JSON) {
        guard let message = SeenMessage(frame) else { return blame("a message without its fields: \(frame)") }
        switch position {
        case .expectsHistory:
            blame("message \(message.seq) before the history frame")
        case .anywhere:
            break
        case .after(let seq, let id):
            if message.seq != seq + 1 { blame("message \(message.seq) after \(seq)") }
            if message.id <= id { blame("message \(message.seq) with the id \(message.id) after \(id)") }
        }
        position = .after(seq: message.seq, id: message.id)
        if let earlier = messages.updateValue(message, forKey: message.seq), earlier != message {
            blame("message \(message.seq) was \(earlier) and became \(message)")
        }
    }

    mutating func blame(_ what: String) {
        // A broken socket would say the same of every message.
        if violations.count < 20 { violations.append("\(user) in \(room), socket \(sockets): \(what)") }
    }
}
