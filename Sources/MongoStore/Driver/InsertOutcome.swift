/// What an insert command did.
package struct InsertOutcome: Sendable, Hashable {
    /// How many documents were written. Of an ordered insert these are the first ones.
    package var insertedCount: Int
    /// One for each document that was tried and refused, in order; at most one when ordered.
    package var writeErrors: [WriteError]
    /// What was written is on the primary, but not as durable as asked for, or it is not known whether.
    package var writeConcernError: MongoError?

    package init(insertedCount: Int, writeErrors: [WriteError] = [], writeConcernError: MongoError? = nil) {
        self.insertedCount = insertedCount
        self.writeErrors = writeErrors
        self.writeConcernError = writeConcernError
    }
}
