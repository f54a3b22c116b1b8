package import BSON

/// A document of `messages`.
package struct MessageRecord: Sendable, Hashable {
    package var id: ObjectID
    package var roomID: String
    /// The place in its room: 1, 2, 3, … without holes.
    package var seq: Int64
    package var userID: String
    /// The author's name when the message was sent.
    package var username: String
    package var content: String
    /// Milliseconds since 1970; of messages that this service wrote, the time of ``id``.
    package var timestamp: Int64
    /// Unique per room and user.
    package var clientID: String
    /// Over what the client sent, the first byte in the highest bits. Nil on messages adopted from elsewhere.
    package var digest: UInt128?
    /// `type`.
    package var kind: String
    /// All fields that are not named above (`mentions`, `edited_at`, …), as they are stored; nil when there are none.
    package var extra: BSONDocument?

    package init(
        id: ObjectID, roomID: String, seq: Int64, userID: String, username: String, content: String, timestamp: Int64,
        clientID: String, digest: UInt128?, kind: String = "message", extra: BSONDocument? = nil
    ) {
        self.id = id
        self.roomID = roomID
        self.seq = seq
        self.userID = userID
        self.username = username
        self.content = content
        self.timestamp = timestamp
        self.clientID = clientID
        self.digest = digest
        self.kind = kind
        self.extra = extra
    }
}

extension MessageRecord {
    /// Reads a stored document in one pass. What only decorates may be missing and reads as empty, so that one odd
    /// document does not take a page of history with it.
    /// - Throws: `.decoding` when `_id`, `room_id` or `seq` is missing or of another type, or the bytes are broken.
    package init(_ document: BSONDocument) throws(MongoError) {
        var id: ObjectID?
        var roomID: String?
        var seq: Int64?
        var timestamp: Int64?
        self.init(
            id: ObjectID(high: 0, low: 0), roomID: "", seq: 0, userID: "", username: "", content: "", timestamp: 0,
            clientID: "", digest: nil)
        do {
            var reader = BSONReader(document)
            while let element = try reader.next() {
                switch element.key {
                case "_id": id = element.objectID
                case "room_id": roomID = element.string
                case "seq": seq = element.int64
                case "timestamp": timestamp = element.milliseconds
                case "user_id": userID = element.string ?? ""
                case "username": username = element.string ?? ""
                case "content": content = element.string ?? ""
                case "client_id": clientID = element.string ?? ""
                case "type": kind = element.string ?? kind
                case "digest": digest = element.binary.flatMap { UInt128(bigEndian: $0.bytes) }
                default: extra = try (extra ?? BSONDocument()).appending(element)
                }
            }
        } catch {
            throw MongoError(.decoding, "a message is no BSON: \(error)")
        }
        guard let id, let roomID, let seq else {
            throw MongoError(.decoding, "message \(id.map(\.description) ?? "?") has no _id, room_id or seq")
        }
        self.id = id
        self.roomID = roomID
        self.seq = seq
        self.timestamp = timestamp ?? id.milliseconds
    }

    var document: BSONDocument {
        var writer = BSONWriter(reservingCapacity: 512 + content.utf8.count)
        write(into: &writer)
        return writer.finish()
    }

    /// The fields in the order in which they are stored.
    func write(into writer: inout BSONWriter) {
        writer.append("_id", id)
        writer.append("type", kind)
        writer.append("room_id", roomID)
        writer.append("seq", seq)
        writer.append("user_id", userID)
        writer.append("username", username)
        writer.append("content", content)
        writer.appendDatetime("timestamp", milliseconds: timestamp)
        writer.append("client_id", clientID)
        if let digest { writer.append("digest", BSONBinary(digest.bigEndianBytes)) }
        if let extra { writer.append(contentsOf: extra) }
    }
}

extension BSONDocument {
    fileprivate func appending(_ element: BSONElement) throws(BSONError) -> BSONDocument {
        var copy = self
        copy.append(element.key, try element.value())
        return copy
    }
}

extension UInt128 {
    fileprivate init?(bigEndian bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    fileprivate var bigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }
}
