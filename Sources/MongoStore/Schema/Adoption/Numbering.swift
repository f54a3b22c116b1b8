internal import BSON

/// Gives the messages of older applications their numbers: per room, in the order of `_id`. Pure.
///
/// Fed with every message of the collection in that order, the numbered ones too, it needs no memory of an earlier run:
/// what was numbered says where to go on, and the same messages always get the same numbers. It holds some 200 bytes a
/// room.
struct Numbering: Sendable {
    struct Room: Sendable, Hashable {
        var lastSeq: Int64 = 0
        var lastID: ObjectID?
        /// Of the first adopted message: who wrote it, and when.
        var firstAuthor = ""
        var firstTimeMilliseconds: Int64 = 0
        /// Whether any of its messages is an older application's.
        var isAdopted = false
    }

    enum Decision: Sendable, Hashable {
        /// It has the number that it must have.
        case keep
        case number(Int64)
        /// It was numbered before a message came in ahead of it.
        case renumber(Int64)
    }

    private(set) var rooms: [String: Room] = [:]

    /// The next older message.
    mutating func decide(_ message: OlderMessage) -> Decision {
        var room = rooms[message.roomID] ?? Room()
        if !room.isAdopted {
            room.isAdopted = true
            room.firstAuthor = message.userID
            room.firstTimeMilliseconds = message.timestampMilliseconds
        }
        room.lastSeq += 1
        room.lastID = message.id
        rooms[message.roomID] = room
        guard message.isAdopted, let found = Self.number(message.seqFound) else { return .number(room.lastSeq) }
        return found == room.lastSeq ? .keep : .renumber(room.lastSeq)
    }

    /// The next message that is the service's own: its number stands.
    /// - Throws: when its room's earlier messages would need that number, or a higher one.
    mutating func pass(_ id: ObjectID, room name: String, seq: Int64) throws(MigrationError) {
        var room = rooms[name] ?? Room()
        guard seq > room.lastSeq else {
            throw MigrationError(
                .data,
                """
                room \(name): message \(id) has number \(seq), but there are \(room.lastSeq) messages before it, and \
                some of them have no number yet. An older application wrote into a room of the service; move its \
                messages to another collection, then run this again.
                """)
        }
        room.lastSeq = seq
        room.lastID = id
        rooms[name] = room
    }

    static func number(_ value: BSONValue?) -> Int64? {
        switch value {
        case .int32(let number) where number > 0: Int64(number)
        case .int64(let number) where number > 0: number
        case .some, nil: nil
        }
    }
}
