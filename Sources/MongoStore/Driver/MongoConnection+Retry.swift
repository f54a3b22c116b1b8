internal import BSON

extension MongoConnection {
    /// Runs `body` once more when it failed in a way that a second attempt on a fresh connection may mend: the server
    /// was restarted, another primary was elected. Only for work that may be done twice. Not in a transaction, which is
    /// retried as a whole.
    func retryingOnce<T>(_ body: () throws(MongoError) -> T) throws(MongoError) -> T {
        do {
            return try body()
        } catch  where session == nil && (error.code == .network || error.code == .notPrimary) {
            return try body()
        }
    }

    /// Upserts, with `$setOnInsert` for what only a new document gets.
    ///
    /// Of two upserts of the same key at the same time one may lose with a duplicate key; it then finds the winner's
    /// document, so it is tried again.
    /// - Returns: whether this made the document.
    /// - Throws: `.duplicateKey` when another unique index than that of the filter refuses it.
    func upsert(
        _ collection: String, _ filter: BSONDocument, _ update: BSONDocument
    ) throws(MongoError) -> Bool {
        let operation = UpdateOperation(filter: filter, update: update, upsert: true)
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try retryingOnce { () throws(MongoError) in
                    try !self.update(collection, [operation]).checked().upserted.isEmpty
                }
            } catch  where error.code == .duplicateKey && session == nil && attempts < 4 {
                guard error.keyPattern ?? filter.keys == filter.keys else { throw error }
            }
        }
    }
}
