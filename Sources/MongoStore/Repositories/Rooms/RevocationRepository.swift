internal import BSON

/// Reads and writes `revocations` on one connection; blocks.
package struct RevocationRepository {
    package static let collection = "revocations"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    /// User ids, and up to when their tokens are void; milliseconds since 1970.
    package func all() throws(MongoError) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for document in try connection.find(Self.collection, [:], options: FindOptions(batchSize: 1_000)) {
            guard let user = document.string("_id"), let before = document.milliseconds("before"), before > Self.never
            else { continue }
            found[user] = before
        }
        return found
    }

    /// In the place of a time, where only sockets were ended.
    private static let never: Int64 = 0

    /// User ids, and when their sockets were last ended; milliseconds since 1970.
    package func disconnections() throws(MongoError) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for document in try connection.find(Self.collection, [:], options: FindOptions(batchSize: 1_000)) {
            guard let user = document.string("_id"), let at = document.milliseconds("disconnected_at") else { continue }
            found[user] = at
        }
        return found
    }

    package func disconnect(_ user: String, at: Int64) throws(MongoError) {
        _ = try connection.upsert(
            Self.collection, ["_id": .string(user)],
            [
                "$max": ["disconnected_at": .datetime(milliseconds: at)],
                "$setOnInsert": ["before": .datetime(milliseconds: Self.never)],
            ])
    }

    package func put(_ user: String, before: Int64) throws(MongoError) {
        _ = try connection.upsert(
            Self.collection, ["_id": .string(user)], ["$max": ["before": .datetime(milliseconds: before)]])
    }
}
