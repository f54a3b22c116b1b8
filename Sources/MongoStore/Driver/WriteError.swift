internal import BSON

/// Why one document or statement of a write command was refused.
package struct WriteError: Sendable, Hashable {
    /// The position in the command, from 0.
    package var index: Int
    package var error: MongoError

    package init(index: Int, error: MongoError) {
        self.index = index
        self.error = error
    }

    init(reply: BSONDocument) {
        index = Int(reply.int64("index") ?? 0)
        error = MongoError(reply: reply)
    }

    package var code: MongoError.Code { error.code }
    package var serverCode: Int32? { error.serverCode }
    package var message: String { error.message }
    /// Of a duplicate key: the fields of the index, in order, when the server says them (mongod from 4.4 on).
    package var keyPattern: [String]? { error.keyPattern }
    /// Of a duplicate key: the index' name, when it stands in the message.
    package var indexName: String? { error.indexName }
}
