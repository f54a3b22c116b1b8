import BSON
import Chat

/// Values for tests of the service.
enum Sample {
    static let room = RoomID(stored: "general")

    static func author(_ name: String) -> Author {
        Author(id: UserID(stored: name), username: name.uppercased())
    }

    /// Ids and times grow with `seq`.
    static func message(_ seq: Int64, by user: String = "anna", _ content: String? = nil) -> Message {
        let id = id(seq)
        return Message(
            id: id, roomID: room, seq: seq, userID: UserID(stored: user), username: user.uppercased(),
            content: content ?? "message \(seq)", timestamp: Timestamp(milliseconds: id.milliseconds),
            clientID: "c\(seq)", digest: nil)
    }

    static func messages(_ seqs: ClosedRange<Int64>) -> [Message] { seqs.map { message($0) } }

    static func id(_ seq: Int64) -> ObjectID {
        ObjectID(time: 1_795_419_139_000 + seq, counter: 0, random: 5)
    }
}

extension Sample {
    static func roomRecord(firstSeq: Int64 = 1, epoch: Int64 = 1) -> Room {
        Room(
            id: room, name: "general", kind: .public, createdBy: nil, createdAt: Timestamp(milliseconds: 0),
            epoch: epoch, firstSeq: firstSeq, lastSeqHint: 0)
    }
}
