package import BSON

/// A document of `signals`: what one process tells the others.
package struct SignalRecord: Hashable, Sendable {
    package var id: ObjectID
    /// The process that sent it.
    package var origin: String
    package var kind: String
    package var data: BSONDocument
    /// Milliseconds since 1970; kept for a minute from then on.
    package var at: Int64

    package init(id: ObjectID, origin: String, kind: String, data: BSONDocument, at: Int64) {
        self.id = id
        self.origin = origin
        self.kind = kind
        self.data = data
        self.at = at
    }
}

/// Reads and writes `signals` on one connection; blocks. Throws as its connection does.
package struct SignalRepository {
    package static let collection = "signals"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func send(_ signals: [SignalRecord]) throws(MongoError) {
        let documents = signals.map { signal -> BSONDocument in
            [
                "_id": .objectID(signal.id), "origin": .string(signal.origin), "kind": .string(signal.kind),
                "data": .document(signal.data), "at": .datetime(milliseconds: signal.at),
            ]
        }
        let outcome = try connection.insert(Self.collection, documents, ordered: false)
        if let error = outcome.writeErrors.first { throw error.error }
    }

    /// Those with greater ids in the order of their ids, at most `limit`.
    package func list(after id: ObjectID, limit: Int) throws(MongoError) -> [SignalRecord] {
        let range: BSONValue = ["$gt": .objectID(id), "$lt": .objectID(ObjectID(high: .max, low: .max))]
        return try connection.find(
            Self.collection, ["_id": range], options: FindOptions(sort: ["_id": 1], limit: limit)
        ).compactMap { document in
            guard let id = document.objectID("_id"), let origin = document.string("origin"),
                let kind = document.string("kind")
            else { return nil }
            return SignalRecord(
                id: id, origin: origin, kind: kind, data: document.document("data") ?? [:],
                at: document.milliseconds("at") ?? 0)
        }
    }
}
