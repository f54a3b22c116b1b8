import Chat
import MongoStore

extension Message {
    init(_ record: MessageRecord) {
        self.init(
            id: record.id, roomID: RoomID(stored: record.roomID), seq: record.seq,
            userID: UserID(stored: record.userID), username: record.username, content: record.content,
            timestamp: Timestamp(milliseconds: record.timestamp), clientID: record.clientID,
            digest: record.digest.map(MessageDigest.init), details: record.extra.map(MessageDetails.init))
    }
}

extension MessageRecord {
    init(_ message: Message) {
        self.init(
            id: message.id, roomID: message.roomID.rawValue, seq: message.seq, userID: message.userID.rawValue,
            username: message.username, content: message.content, timestamp: message.timestamp.milliseconds,
            clientID: message.clientID, digest: message.digest.map(UInt128.init), extra: message.details?.fields)
    }
}

extension MessageDigest {
    fileprivate init(_ number: UInt128) {
        self.init(high: UInt64(truncatingIfNeeded: number >> 64), low: UInt64(truncatingIfNeeded: number))
    }
}

extension UInt128 {
    fileprivate init(_ digest: MessageDigest) {
        self = UInt128(digest.high) << 64 | UInt128(digest.low)
    }
}
