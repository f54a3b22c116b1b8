import BSON
import Chat
import MongoStore

/// Signals between processes, by way of MongoDB.
struct MongoSignalStore: SignalStore {
    let store: MongoChatStore

    func send(_ signals: [SentSignal]) async throws(ChatError) {
        let records = signals.map { sent in
            SignalRecord(
                id: sent.id, origin: sent.origin, kind: sent.signal.kind, data: sent.signal.data,
                at: Timestamp.now.milliseconds)
        }
        try await store.run("send signals") { try SignalRepository($0).send(records) }
    }

    func signals(after id: ObjectID, limit: Int) async throws(ChatError) -> [SentSignal] {
        try await store.run("signals") { try SignalRepository($0).list(after: id, limit: limit) }.map { record in
            SentSignal(
                id: record.id, origin: record.origin, signal: Signal(kind: record.kind, data: record.data) ?? .alive)
        }
    }
}

extension Signal {
    fileprivate var kind: String {
        switch self {
        case .alive: "alive"
        case .mention: "mention"
        case .reads: "reads"
        case .status: "status"
        case .people: "people"
        }
    }

    fileprivate var data: BSONDocument {
        switch self {
        case .alive:
            return [:]
        case .mention(let mention):
            var data: BSONDocument = [
                "message_id": .objectID(mention.message),
                "users": .array(BSONArray(mention.mentions.users.map { .string($0.rawValue) })),
            ]
            if let everyone = mention.mentions.everyone { data.append("everyone", .string(everyone.rawValue)) }
            if let edit = mention.edit { data.append("edit", .objectID(edit)) }
            return data
        case .reads(let reads):
            let entries = reads.map { read -> BSONDocument in
                [
                    "room_id": .string(read.room.rawValue), "user_id": .string(read.user.rawValue),
                    "seq": .int64(read.seq), "shared": .bool(read.isShared),
                ]
            }
            return ["reads": .array(BSONArray(entries))]
        case .people(let people):
            return people.data
        case .status(let user):
            return ["user_id": .string(user.rawValue)]
        }
    }

    /// Nil for what is not understood: another version may have sent it.
    fileprivate init?(kind: String, data: BSONDocument) {
        switch kind {
        case "alive":
            self = .alive
        case "mention":
            guard let message = data.objectID("message_id") else { return nil }
            let users = (data.array("users")?.values ?? []).compactMap { value in
                if case .string(let id) = value { UserID(stored: id) } else { nil as UserID? }
            }
            let everyone = data.string("everyone").flatMap(Mentions.Everyone.init)
            self = .mention(
                MentionSignal(
                    message: message, mentions: Mentions(users: users, everyone: everyone), edit: data.objectID("edit"))
            )
        case "reads":
            self = .reads(
                (data.array("reads")?.documents ?? []).compactMap { entry in
                    guard let room = entry.string("room_id"), let user = entry.string("user_id"),
                        let seq = entry.int64("seq")
                    else { return nil }
                    return ReadSignal(
                        room: RoomID(stored: room), user: UserID(stored: user), seq: seq,
                        isShared: entry.bool("shared") ?? false)
                })
        case "status":
            guard let user = data.string("user_id") else { return nil }
            self = .status(UserID(stored: user))
        case "people":
            guard let people = PeopleSignal(data) else { return nil }
            self = .people(people)
        default:
            return nil
        }
    }
}
