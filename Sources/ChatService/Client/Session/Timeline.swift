/// Which messages were shown, so that none is shown twice however often the connection is made anew.
struct Timeline: Sendable {
    /// The newest shown message.
    private(set) var lastID: String?
    private(set) var lastSeq: Int64?
    /// The oldest shown message.
    private(set) var oldestID: String?
    /// Whether there is nothing older.
    private(set) var isAtBeginning = false

    /// What to do with a message that arrives.
    enum Verdict: Equatable {
        case new
        /// So many messages between the last one and this one were not received.
        case newAfterGap(missing: Int64)
        case alreadyShown
    }

    mutating func receive(_ message: RoomMessage) -> Verdict {
        // All ids have one length and one case, so their order as texts is their order in the room.
        if let lastID, message.id <= lastID { return .alreadyShown }
        defer {
            lastID = message.id
            lastSeq = message.seq ?? lastSeq
            oldestID = oldestID ?? message.id
        }
        if let lastSeq, let seq = message.seq, seq > lastSeq + 1 { return .newAfterGap(missing: seq - lastSeq - 1) }
        return .new
    }

    /// A page from before the oldest message was shown.
    mutating func receiveOlder(_ page: MessagePage) {
        oldestID = page.messages.first?.id ?? page.nextBeforeID ?? oldestID
        isAtBeginning = page.nextBeforeID == nil
    }
}
