/// How far a client has followed a room: everything up to there it has, everything behind it is to come.
///
/// Clients keep the text and hand it back; they are not meant to look into it.
package struct Cursor: Hashable, Sendable {
    /// The room's epoch; a cursor of another epoch is void.
    package var epoch: Int64
    /// The last message.
    package var seq: Int64
    /// The last change of an earlier message.
    package var rev: Int64

    package init(epoch: Int64, seq: Int64, rev: Int64) {
        self.epoch = epoch
        self.seq = seq
        self.rev = rev
    }

    /// The longest text of a cursor, in bytes.
    package static let maximumLength = 64

    /// The three numbers and a mark of the room, in base 36 with dots between: so a cursor that is used for another
    /// room is noticed.
    package func text(in room: RoomID) -> String {
        [epoch, seq, rev].map { String($0, radix: 36) }.joined(separator: ".") + "." + Self.mark(of: room)
    }

    /// - Throws: `bad_request` for a text that is no cursor of this room.
    package init(_ text: String, in room: RoomID) throws(ChatError) {
        let parts =
            text.utf8.count <= Self.maximumLength ? text.split(separator: ".", omittingEmptySubsequences: false) : []
        guard parts.count == 4, let epoch = Self.number(parts[0]), let seq = Self.number(parts[1]),
            let rev = Self.number(parts[2])
        else {
            throw .badRequest("the cursor is none of this service")
        }
        guard parts[3] == Self.mark(of: room) else { throw .badRequest("the cursor is of another room") }
        self.init(epoch: epoch, seq: seq, rev: rev)
    }

    private static func number(_ text: Substring) -> Int64? {
        guard let number = Int64(text, radix: 36), number >= 0, text.first != "+" else { return nil }
        return number
    }

    private static func mark(of room: RoomID) -> String {
        String(UInt32(truncatingIfNeeded: room.stableHash), radix: 36)
    }
}
