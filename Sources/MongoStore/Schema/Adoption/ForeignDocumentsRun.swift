internal import BSON

/// Brings the documents of one collection into the form of its validator, or moves them to `<collection>_rejected`.
/// For all collections but `messages`; within one job.
struct ForeignDocumentsRun {
    private static let batchCount = 500

    let connection: MongoConnection
    let collection: CollectionSchema
    let checkpoint: () throws -> Void

    var rejectedCollection: String { "\(collection.name)_rejected" }

    /// How many were completed and moved aside.
    func run() throws -> (completed: Int, rejected: Int) {
        guard let validator = collection.validator else { return (0, 0) }
        let time = try connection.serverTimeMilliseconds()
        var total = (completed: 0, rejected: 0)
        var batch: [BSONDocument] = []
        let misfits: BSONDocument = ["$nor": [.document(validator)]]
        try connection.forEach(collection.name, misfits) { document in
            batch.append(document)
            if batch.count == Self.batchCount {
                try write(&batch, time, &total)
            }
            return true
        }
        try write(&batch, time, &total)
        return total
    }

    private func write(
        _ batch: inout [BSONDocument], _ time: Int64, _ total: inout (completed: Int, rejected: Int)
    ) throws {
        guard !batch.isEmpty else { return }
        try checkpoint()
        if total == (0, 0) { try connection.createCollection(rejectedCollection) }
        for document in batch {
            switch ForeignDocument(document, in: collection.name, timeMilliseconds: time) {
            case .completed(let update):
                if try complete(document, update) {
                    total.completed += 1
                    continue
                }
                try moveAside(document, "does not pass the validator of \(collection.name)", time)
            case .rejected(let reason):
                try moveAside(document, reason, time)
            }
            total.rejected += 1
        }
        batch.removeAll(keepingCapacity: true)
    }

    /// False when the result would not pass the validator either.
    private func complete(_ document: BSONDocument, _ update: BSONDocument) throws -> Bool {
        let operation = UpdateOperation(filter: ["_id": document["_id"] ?? .null], update: update)
        let outcome = try connection.update(collection.name, [operation])
        if outcome.writeErrors.first?.code == .validation { return false }
        _ = try outcome.checked()
        return true
    }

    private func moveAside(_ document: BSONDocument, _ reason: String, _ time: Int64) throws {
        try connection.withTransaction { connection in
            try AdoptionRun.moveAside(
                [(document, reason)], from: collection.name, to: rejectedCollection, time, connection)
        }
    }
}

extension MongoConnection {
    private static let namespaceExists: Int32 = 48

    /// Makes a collection unless it is there.
    /// - Returns: whether it was made.
    @discardableResult
    func createCollection(_ name: String, validator: BSONDocument? = nil) throws(MongoError) -> Bool {
        var command: BSONDocument = ["create": .string(name)]
        if let validator { command.append("validator", .document(validator)) }
        do throws(MongoError) {
            _ = try write(command)
            return true
        } catch  where error.serverCode == Self.namespaceExists {
            return false
        }
    }
}
