internal import BSON
internal import CMongoC

extension MongoConnection {
    /// Runs `body` in a transaction (read concern `majority`; write concern of the connection string) and commits it.
    ///
    /// As the transactions specification of MongoDB's drivers has it: errors labelled `TransientTransactionError` start
    /// the whole over, those labelled `UnknownTransactionCommitResult` commit again, both with growing random pauses,
    /// until `configuration.transactionTimeLimit` has passed. So `body` may run several times and must have no effects
    /// but those on this connection. A write that is refused in it (see `writeErrors`) must be thrown: the server has
    /// ended the transaction then.
    /// - Throws: what `body` throws; the last transient error when the time is over. `outcomeUnknown` of a thrown
    ///   `MongoError` says whether the commit may have happened.
    package func withTransaction<T>(_ body: (MongoConnection) throws -> T) throws -> T {
        guard session == nil else { throw MongoError(.command, "transactions do not nest") }
        let session = try openSession()
        defer { mongoc_client_session_destroy(session) }
        var pause = Backoff(until: .now + configuration.transactionTimeLimit)
        while true {
            do {
                return try attempt(body, in: session, &pause)
            } catch let error as MongoError where error.hasLabel(MongoError.transientTransaction) {
                guard pause.wait() else { throw error }
            }
        }
    }

    private func openSession() throws(MongoError) -> OpaquePointer {
        var error = bson_error_t()
        guard let session = mongoc_client_start_session(client.pointer, nil, &error) else {
            throw MongoError(error, reply: nil)
        }
        return session
    }

    private func attempt<T>(
        _ body: (MongoConnection) throws -> T, in session: OpaquePointer, _ pause: inout Backoff
    ) throws -> T {
        try begin(session)
        let result: T
        do {
            self.session = session
            defer { self.session = nil }
            result = try body(self)
        } catch {
            // Should this fail too, the server ends the transaction by itself after a minute.
            _ = mongoc_client_session_abort_transaction(session, nil)
            throw error
        }
        try commit(session, &pause)
        return result
    }

    private func begin(_ session: OpaquePointer) throws(MongoError) {
        let options = mongoc_transaction_opts_new()
        let concern = mongoc_read_concern_new()
        defer {
            mongoc_read_concern_destroy(concern)
            mongoc_transaction_opts_destroy(options)
        }
        mongoc_read_concern_set_level(concern, MONGOC_READ_CONCERN_LEVEL_MAJORITY)
        mongoc_transaction_opts_set_read_concern(options, concern)
        var error = bson_error_t()
        guard mongoc_client_session_start_transaction(session, options, &error) else {
            throw MongoError(error, reply: nil)
        }
    }

    private func commit(_ session: OpaquePointer, _ pause: inout Backoff) throws(MongoError) {
        while true {
            var error = bson_error_t()
            var reply: UnsafeMutablePointer<UInt8>?
            var length: UInt32 = 0
            let committed = tertulia_commit(session, &reply, &length, &error)
            let answer = BSONDocument(taking: reply, length: length)
            if committed { return }
            let failure = MongoError(error, reply: answer)
            guard failure.hasLabel(MongoError.unknownCommitResult), failure.code != .timeout, pause.wait() else {
                throw failure
            }
        }
    }
}
