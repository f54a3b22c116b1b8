internal import BSON

/// Writes the members and users of adopted messages. May be repeated: what is there stays, and only grows.
struct AdoptionPeopleWriter {
    private static let batchCount = 1000

    let connection: MongoConnection

    /// - Returns: how many were new.
    func write(_ people: AdoptionPeople) throws -> (members: Int, users: Int) {
        let members = people.members.sorted { ($0.key.roomID, $0.key.userID) < ($1.key.roomID, $1.key.userID) }
        let made = try inBatches(members) { batch in
            try upsert(Schema.members.name, batch.map { Self.member($0.key, $0.value) })
        }
        let users = people.users.sorted { $0.key < $1.key }
        return (made, try inBatches(users, write: writeUsers))
    }

    /// A user's name must be free, whatever its case; who comes second has his id behind it.
    private func writeUsers(_ batch: [(key: String, value: AdoptionPeople.Person)]) throws -> Int {
        var firsts = batch
        var others: [(key: String, value: AdoptionPeople.Person)] = []
        while true {
            do {
                let operations =
                    firsts.map { Self.user($0.key, $0.value, username: $0.value.username) }
                    + others.map { Self.user($0.key, $0.value, username: "\($0.value.username)#\($0.key)") }
                return try upsert(Schema.users.name, operations)
            } catch let taken as NameTaken {
                guard firsts.indices.contains(taken.index) else { throw taken.error }
                others.append(firsts.remove(at: taken.index))
            }
        }
    }

    private struct NameTaken: Error {
        var index: Int
        var error: MongoError
    }

    private func upsert(_ collection: String, _ operations: [UpdateOperation]) throws -> Int {
        try connection.withTransaction { connection in
            let outcome = try connection.update(collection, operations)
            if let first = outcome.writeErrors.first, first.code == .duplicateKey {
                throw NameTaken(index: first.index, error: first.error)
            }
            return try outcome.checked().upserted.count
        }
    }

    private func inBatches<Element>(_ all: [Element], write: ([Element]) throws -> Int) throws -> Int {
        try stride(from: 0, to: all.count, by: Self.batchCount).reduce(0) { made, start in
            try made + write(Array(all[start..<min(start + Self.batchCount, all.count)]))
        }
    }

    /// Read up to the last message of his own.
    private static func member(
        _ key: AdoptionPeople.Membership, _ value: AdoptionPeople.Presence
    ) -> UpdateOperation {
        UpdateOperation(
            filter: ["room_id": .string(key.roomID), "user_id": .string(key.userID)],
            update: [
                "$setOnInsert": ["role": "member", "notify": "all"],
                "$min": [
                    "joined_seq": .int64(value.firstSeq - 1),
                    "joined_at": .datetime(milliseconds: value.firstTimeMilliseconds),
                ],
                "$max": ["read_seq": .int64(value.lastSeq)],
            ], upsert: true)
    }

    private static func user(
        _ id: String, _ person: AdoptionPeople.Person, username: String
    ) -> UpdateOperation {
        let made: BSONDocument = ["username": .string(username), "display_name": .string(person.username)]
        return UpdateOperation(
            filter: ["_id": .string(id)],
            update: [
                "$setOnInsert": .document(made),
                "$max": ["last_seen": .datetime(milliseconds: person.lastTimeMilliseconds)],
            ], upsert: true)
    }
}
