internal import BSON

/// A message of an older application, brought into today's form but for its number. Pure.
///
/// Room, user and content must be there; anything else that is missing or odd is made up for. What a field held that
/// now holds something else is kept in `adopted_from`.
struct OlderMessage: Sendable, Hashable {
    let id: ObjectID
    let roomID: String
    let userID: String
    let username: String
    let timestampMilliseconds: Int64
    /// Whether an earlier adoption numbered it.
    let isAdopted: Bool
    /// What to change beside `seq`; empty when `isAdopted`.
    let update: BSONDocument
    /// The `seq` field as it was read; an update asks for it, so that nobody else's number is written over.
    let seqFound: BSONValue?

    /// `client_id` of every adopted message: unique, and no client sends it.
    static func clientID(of id: ObjectID) -> String { "legacy:\(id)" }

    /// Of messages whose client's request nobody knows; equal to no request's digest.
    static let digest = BSONBinary([UInt8](repeating: 0, count: 16))
}

/// Why a document cannot become a message; stands in `messages_rejected`.
struct RejectedMessage: Error, Sendable, Hashable {
    let reason: String
}

extension OlderMessage {
    init(_ document: BSONDocument) throws(RejectedMessage) {
        guard let id = document.objectID("_id") else { throw RejectedMessage(reason: "_id is no ObjectId") }
        let room = try Self.roomID(document["room_id"])
        try Self.checkContent(document["content"])
        let user = try Self.userID(document["user_id"], else: document["username"])
        self.id = id
        roomID = room
        userID = user
        username = Self.username(document["username"]) ?? user
        timestampMilliseconds = Self.time(document["timestamp"]) ?? id.milliseconds
        seqFound = document["seq"]
        isAdopted = document.string("client_id") == Self.clientID(of: id) && document.document("adopted_from") != nil
        update = isAdopted ? [:] : Self.update(document, id, room, user, username, timestampMilliseconds)
    }

    private static func roomID(_ value: BSONValue?) throws(RejectedMessage) -> String {
        switch value {
        case .string(let text) where isRoomID(text): return text
        case .objectID(let id): return "\(id)"
        case nil, .null: throw RejectedMessage(reason: "room_id is missing")
        case .some: throw RejectedMessage(reason: "room_id is no valid room id")
        }
    }

    private static func checkContent(_ value: BSONValue?) throws(RejectedMessage) {
        switch value {
        case .string(let text):
            guard
                text.utf8.count <= Schema.maximumContentLength
                    || text.unicodeScalars.count <= Schema.maximumContentLength
            else { throw RejectedMessage(reason: "content is longer than \(Schema.maximumContentLength) characters") }
        case nil, .null: throw RejectedMessage(reason: "content is missing")
        case .some: throw RejectedMessage(reason: "content is no string")
        }
    }

    private static func userID(
        _ value: BSONValue?, else username: BSONValue?
    ) throws(RejectedMessage) -> String {
        switch value {
        case .string(let text) where isUserID(text): return text
        case .objectID(let id): return "\(id)"
        case .int32(let number): return "\(number)"
        case .int64(let number): return "\(number)"
        case nil, .null:
            if case .string(let text) = username, isUserID(text) { return text }
            throw RejectedMessage(reason: "user_id is missing")
        case .some: throw RejectedMessage(reason: "user_id is no valid user id")
        }
    }

    private static func username(_ value: BSONValue?) -> String? {
        guard case .string(let text) = value, !text.isEmpty else { return nil }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(Schema.usernameLength.upperBound)))
    }

    /// A date; a text in ISO 8601; a number of seconds or milliseconds since 1970.
    private static func time(_ value: BSONValue?) -> Int64? {
        switch value {
        case .datetime(let milliseconds): return milliseconds
        case .string(let text): return ISO8601.milliseconds(text)
        case .int32(let seconds): return Int64(seconds) * 1000
        case .int64(let number): return milliseconds(Double(number))
        case .double(let number): return milliseconds(number)
        case .some, nil: return nil
        }
    }

    /// Seconds since 1970 stay below 100 thousand million until the year 5138.
    private static func milliseconds(_ number: Double) -> Int64? {
        Int64(exactly: (number < 1e11 ? number * 1000 : number).rounded(.down))
    }

    static func isRoomID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && ![".", "..", "direct", "me"].contains(text)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    static func isUserID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

extension OlderMessage {
    /// Types that the optional fields of a message have now. An older application may use the same name for another
    /// thing, which the validator would refuse.
    private static let optionalFields: [(name: String, type: BSONType)] = [
        ("reply_to", .objectID), ("thread_id", .objectID), ("reactions", .document), ("edited_at", .datetime),
        ("deleted_at", .datetime), ("deleted_by", .string), ("pinned_at", .datetime), ("pinned_by", .string),
    ]

    private static func update(
        _ document: BSONDocument, _ id: ObjectID, _ room: String, _ user: String, _ username: String, _ time: Int64
    ) -> BSONDocument {
        let fields: [(String, BSONValue)] = [
            ("type", "message"), ("room_id", .string(room)), ("user_id", .string(user)),
            ("username", .string(username)),
            ("timestamp", .datetime(milliseconds: time)), ("client_id", .string(clientID(of: id))),
            ("digest", .binary(digest)),
        ]
        let misfits = misfits(document)
        let replaced = (fields.map(\.0) + ["seq"]).filter { key in
            document[key].map { found in !fields.contains { $0.0 == key && $0.1 == found } } ?? false
        }
        let kept = BSONDocument((replaced + misfits).compactMap { key in document[key].map { (key, $0) } })
        var update: BSONDocument = [
            "$set": .document(BSONDocument(fields + [("adopted_from", .document(kept))]))
        ]
        if !misfits.isEmpty { update.append("$unset", .document(BSONDocument(misfits.map { ($0, "") }))) }
        return update
    }

    private static func misfits(_ document: BSONDocument) -> [String] {
        var names = optionalFields.filter { field in
            document[field.name].map { $0.type != field.type } ?? false
        }.map(\.name)
        // Their elements have a form of their own: not carried over.
        names += ["mentions", "attachments"].filter { document[$0] != nil }
        names += ["deleted_by", "pinned_by"].filter { name in
            document.string(name).map { !isUserID($0) } ?? false
        }
        return names
    }
}
