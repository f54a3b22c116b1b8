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
            guard let user = document.string("_id"), let before = document.milliseconds("before") else { continue }
            found[user] = before
        }
        return found
    }

    package func put(_ user: String, before: Int64) throws(MongoError) {
        _ = try connection.upsert(
            Self.collection, ["_id": .string(user)], ["$max": ["before": .datetime(milliseconds: before)]])
    }
}
