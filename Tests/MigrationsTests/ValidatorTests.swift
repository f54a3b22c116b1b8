import BSON
import Testing

@testable import MongoStore

struct ValidatorTests {
    private static let id = ObjectID(high: 1, low: 1)

    private static let good: [String: BSONDocument] = [
        "messages": [
            "_id": .objectID(id), "type": "message", "room_id": "general", "seq": .int64(1), "user_id": "ana",
            "username": "Ana", "content": "hello", "timestamp": .datetime(milliseconds: 1), "client_id": "c1",
            "digest": .binary(BSONBinary([UInt8](repeating: 1, count: 16))),
        ],
        "changes": [
            "_id": .objectID(id), "room_id": "general", "rev": 1, "message_id": .objectID(id), "change": "edited",
            "user_id": "ana", "at": .datetime(milliseconds: 1),
        ],
        "rooms": [
            "_id": "general", "name": "General", "topic": "", "visibility": "public", "created_by": "ana",
            "created_at": .datetime(milliseconds: 1), "settings": [:], "epoch": 1, "first_seq": 1,
            "last": ["seq": 0, "rev": 0],
        ],
        "members": [
            "_id": .objectID(id), "room_id": "general", "user_id": "ana", "role": "member",
            "joined_at": .datetime(milliseconds: 1), "joined_seq": 0, "read_seq": 0, "notify": "all",
        ],
        "users": ["_id": "ana", "username": "Ana", "display_name": "Ana", "last_seen": .datetime(milliseconds: 1)],
        "reactions": [
            "_id": .objectID(id), "message_id": .objectID(id), "room_id": "general", "user_id": "ana", "reaction": "+1",
            "created_at": .datetime(milliseconds: 1),
        ],
    ]

    /// Field and value; nil: the field is missing.
    private static let nonsense: [String: [(String, BSONValue?)]] = [
        "messages": [
            ("_id", "text"), ("room_id", nil), ("room_id", 5), ("room_id", "a b"), ("room_id", ""), ("room_id", "me"),
            ("room_id", ".."), ("room_id", "a\n"), ("room_id", .string(String(repeating: "a", count: 65))),
            ("room_id", ["$gt": ""]), ("seq", nil), ("seq", 0), ("seq", -1), ("seq", "1"), ("seq", 1.5), ("seq", .null),
            ("user_id", ""), ("user_id", ["$ne": .null]), ("username", nil), ("content", nil), ("content", 5),
            ("content", ["a"]), ("content", .string(String(repeating: "x", count: 65_537))),
            ("timestamp", "2026-01-01"),
            ("timestamp", nil), ("client_id", nil), ("client_id", .string(String(repeating: "x", count: 129))),
            ("digest", "text"), ("digest", nil), ("mentions", "ana"), ("mentions", [5]), ("reply_to", "text"),
            ("edited_at", "now"), ("reactions", [:]),
        ],
        "changes": [("rev", 0), ("rev", nil), ("message_id", "text"), ("at", nil)],
        "rooms": [
            ("_id", "a b"), ("_id", .objectID(id)), ("name", nil), ("visibility", "secret"), ("first_seq", 0),
            ("epoch", "one"), ("last", ["seq": -1]), ("last", [:]), ("settings", "none"),
        ],
        "members": [("role", nil), ("joined_seq", -1), ("read_seq", nil), ("room_id", "a/b"), ("muted_until", "soon")],
        "users": [("_id", 5), ("_id", ""), ("username", nil), ("username", 5), ("status", "online")],
        "reactions": [("reaction", ""), ("reaction", 5), ("message_id", nil)],
    ]

    @Test func aForeignWriterCannotStoreNonsense() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            for (collection, cases) in Self.nonsense {
                let good = try #require(Self.good[collection])
                for (field, value) in cases {
                    var fields = good.map { ($0.key, $0.value) }.filter { $0.0 != field }
                    if let value { fields.append((field, value)) }
                    let document = BSONDocument(fields)
                    let code = try await scratch.run { try $0.insert(collection, [document]).writeErrors.first?.code }
                    #expect(
                        code == .validation, "\(collection).\(field): \(value?.description.prefix(80) ?? "missing")")
                }
                #expect(try await scratch.documents(collection).isEmpty)
            }
        }
    }

    @Test func whatTheServiceWritesPassesAndFieldsOfLaterVersionsToo() async throws {
        try await Scratch.with { scratch in
            _ = try await scratch.migrator().up()
            for (collection, document) in Self.good {
                var document = document
                document.append("later", ["a": 1])
                try await scratch.insert(collection, [document])
            }
            let message: BSONDocument = ["_id": .objectID(Self.id)]
            let change = UpdateOperation(
                filter: message,
                update: [
                    "$set": [
                        "content": "", "deleted_at": .datetime(milliseconds: 2), "deleted_by": "ana",
                        "mentions": ["bob"], "thread_id": .objectID(Self.id),
                        "reactions": [["reaction": "+1", "count": 3]],
                    ]
                ])
            let bad = UpdateOperation(filter: message, update: ["$set": ["seq": "two"]])
            try await scratch.run { connection in
                _ = try connection.update("messages", [change]).checked()
                #expect(try connection.update("messages", [bad]).writeErrors.first?.code == .validation)
            }
        }
    }
}
