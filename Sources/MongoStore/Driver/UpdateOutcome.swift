package import BSON

/// What an update command did.
package struct UpdateOutcome: Sendable, Hashable {
    /// A document that an upsert made.
    package struct Upserted: Sendable, Hashable {
        /// The statement's position in the command, from 0.
        package var index: Int
        /// The `_id` of the new document.
        package var id: BSONValue
    }

    /// Documents that matched, the upserted ones not counted.
    package var matched: Int
    /// Documents that were changed by it.
    package var modified: Int
    package var upserted: [Upserted]
    package var writeErrors: [WriteError]
    package var writeConcernError: MongoError?

    /// - Throws: the first write error, else the write concern error.
    package func checked() throws(MongoError) -> UpdateOutcome {
        if let first = writeErrors.first { throw first.error }
        if let writeConcernError { throw writeConcernError }
        return self
    }
}
