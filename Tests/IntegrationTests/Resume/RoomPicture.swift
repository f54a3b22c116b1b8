/// What one client of the second dialect knows of a room over all its sockets, and what of it was not as promised: its
/// cursor brings each later message once, in order, and each later change of one that it knows.
struct RoomPicture: Sendable {
    /// By `seq`, as the newest frame about it showed it.
    private(set) var messages: [Int: JSON] = [:]
    /// Of the newest frame that had one; nil before the first history.
    private(set) var cursor: String?
    private(set) var violations: [String] = []
    /// Whether this socket has told all that was missed.
    private(set) var isCurrent = false
    /// Of the first message that is known.
    private var firstSeq = 1
    private var lastSeq = 0

    /// A socket begins, with this picture's cursor if it has one.
    mutating func opened() { isCurrent = false }

    /// Takes a frame of the room; those that are not about messages are passed over.
    mutating func see(_ frame: JSON) {
        switch frame.type {
        case "hello":
            // One who comes for the first time has no picture before his history.
            if let cursor, frame["cursor"]?.text != cursor {
                violations.append("hello moved the cursor from \(cursor) to \(frame["cursor"] ?? .null)")
            }
            return
        case "history": begin(frame["messages"]?.array ?? [])
        case "message": append(frame.without("cursor"))
        case "message_updated": replace(frame["message"] ?? .null)
        case "resumed": isCurrent = true
        case "resync": violations.append("resync: \(frame)")
        default: return
        }
        if let text = frame["cursor"]?.text {
            cursor = text
        } else {
            violations.append("no cursor: \(frame)")
        }
    }

    /// Those of these messages that the client should know.
    func known(of stored: [Int: JSON]) -> [Int: JSON] { stored.filter { $0.key >= firstSeq } }

    private mutating func begin(_ frames: [JSON]) {
        if cursor != nil { violations.append("history instead of what was missed") }
        messages = [:]
        firstSeq = frames.first?["seq"]?.int ?? 1
        lastSeq = firstSeq - 1
        for frame in frames { append(frame) }
        isCurrent = true
    }

    private mutating func append(_ message: JSON) {
        let seq = message["seq"]?.int ?? -1
        if seq != lastSeq + 1 { violations.append("message \(seq) after \(lastSeq)") }
        lastSeq = seq
        messages[seq] = message
    }

    private mutating func replace(_ message: JSON) {
        let seq = message["seq"]?.int ?? -1
        guard seq >= firstSeq else { return }
        if messages.updateValue(message, forKey: seq) == nil {
            violations.append("a change of message \(seq), which was not shown")
        }
    }
}

extension JSON {
    fileprivate func without(_ key: String) -> JSON {
        guard case .object(var fields) = self else { return self }
        fields[key] = nil
        return .object(fields)
    }
}
