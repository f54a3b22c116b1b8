package import BSON
internal import CMongoC

/// One connection, lent to a job for as long as the job runs: every call blocks the calling thread until the server
/// has answered. Not Sendable; must not be kept. Nothing it returns refers back to it.
///
/// Every method throws `MongoError`: `.noServer` when no primary is found within the server selection timeout,
/// `.network` when the connection breaks or is silent for too long, and what the server answered.
package final class MongoConnection {
    let client: PooledClient
    let configuration: MongoConfiguration
    /// Of the transaction that is open; every command joins it.
    var session: OpaquePointer?
    private let primary: OpaquePointer?

    init(_ client: PooledClient, _ configuration: MongoConfiguration) {
        self.client = client
        self.configuration = configuration
        primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
    }

    deinit {
        mongoc_read_prefs_destroy(primary)
    }

    /// The database of every operation that does not name another.
    package var database: String {
        configuration.database
    }

    /// Runs any command on the primary, as it is: nothing added, never retried.
    /// - Parameter database: the client's when nil.
    /// - Throws: also when the answer holds a `writeConcernError`; not for `writeErrors`.
    package func command(_ command: BSONDocument, database: String? = nil) throws(MongoError) -> BSONDocument {
        let reply = try exchange(command, kind: TERTULIA_COMMAND_PLAIN, database: database).get()
        // libmongoc looks for this only in commands that it knows to write.
        if let concern = reply.document("writeConcernError") {
            throw MongoError(reply: concern, fallback: .writeConcern)
        }
        return reply
    }

    /// Runs a command that writes, with the connection string's write concern unless in a transaction. Not retried,
    /// except `findAndModify` in the pool when `retryWrites` is on (libmongoc does that).
    /// - Throws: also when the answer holds a `writeConcernError`; not for `writeErrors`.
    package func write(_ command: BSONDocument, database: String? = nil) throws(MongoError) -> BSONDocument {
        try exchange(command, kind: TERTULIA_COMMAND_WRITE, database: database).get()
    }

    /// Runs a command that reads. Retried once by libmongoc, unless the connection string says `retryReads=false`.
    package func read(
        _ command: BSONDocument, from source: ReadSource = .primaryMajority
    ) throws(MongoError) -> BSONDocument {
        try exchange(
            command, kind: TERTULIA_COMMAND_READ, options: options(for: source), preference: preference(for: source)
        ).get()
    }

    /// What the server says about itself now; one round trip.
    package func hello() throws(MongoError) -> BSONDocument {
        try command(["hello": 1], database: "admin")
    }
}

// MARK: - The way to the driver

extension MongoConnection {
    /// An answer, or an error with the answer that came with it.
    struct Exchange {
        var reply: BSONDocument?
        var error: MongoError?

        func get() throws(MongoError) -> BSONDocument {
            if let error { throw error }
            return reply ?? BSONDocument()
        }
    }

    func exchange(
        _ command: BSONDocument, kind: tertulia_command_kind_t, database: String? = nil,
        options: BSONDocument = BSONDocument(), preference: OpaquePointer? = nil
    ) -> Exchange {
        var error = bson_error_t()
        var reply: UnsafeMutablePointer<UInt8>?
        var length: UInt32 = 0
        let succeeded = command.bytes.withUnsafeBufferPointer { command in
            options.bytes.withUnsafeBufferPointer { options in
                tertulia_run_command(
                    client.pointer, database ?? self.database, kind, command.baseAddress, command.count,
                    options.baseAddress, options.count, session, preference, &reply, &length, &error)
            }
        }
        let document = BSONDocument(taking: reply, length: length)
        return Exchange(reply: document, error: succeeded ? nil : MongoError(error, reply: document))
    }

    /// Inside a transaction, reads follow the transaction.
    func options(for source: ReadSource) -> BSONDocument {
        guard session == nil else { return BSONDocument() }
        return switch source {
        case .primaryMajority: ["readConcern": ["level": "majority"]]
        case .primaryLocal: ["readConcern": ["level": "local"]]
        case .userReadPreference: BSONDocument()
        }
    }

    /// Nil: what the connection string says.
    func preference(for source: ReadSource) -> OpaquePointer? {
        switch source {
        case .primaryMajority, .primaryLocal: primary
        case .userReadPreference: session == nil ? nil : primary
        }
    }
}

extension BSONDocument {
    /// Copies memory that libbson allocated, and frees it; nil for none.
    init?(taking bytes: UnsafeMutablePointer<UInt8>?, length: UInt32) {
        guard let bytes else { return nil }
        defer { bson_free(bytes) }
        self.init(trusted: Array(UnsafeBufferPointer(start: bytes, count: Int(length))))
    }
}
