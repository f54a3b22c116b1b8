/// What went wrong between this process and the database.
///
/// Its message never holds a password of the connection string (see ``MongoRuntime/redact(_:)``).
package struct MongoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure. An open set: new kinds may come.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }

        /// A unique index has this key already (11000).
        package static let duplicateKey = Code("duplicate_key")
        /// The connection broke, could not be made, or gave no answer in time.
        package static let network = Code("network")
        /// No thread was free before the deadline (``serverCode`` is nil), or the server stopped at `maxTimeMS` (50).
        package static let timeout = Code("timeout")
        /// The server killed the operation (11601).
        package static let interrupted = Code("interrupted")
        /// The server is not, or no longer, a primary that takes this command.
        package static let notPrimary = Code("not_primary")
        /// Written on the primary, but not with the asked-for durability, or not in time.
        package static let writeConcern = Code("write_concern")
        /// The document does not pass the collection's validator (121).
        package static let validation = Code("validation")
        /// Authentication failed, or the user may not do this.
        package static let authentication = Code("authentication")
        /// Too many jobs wait for a connection.
        package static let poolExhausted = Code("pool_exhausted")
        /// The client was shut down.
        package static let shutdown = Code("shutdown")
        /// The connection string is wrong.
        package static let invalidURI = Code("invalid_uri")
        /// Any other error that the server answered.
        package static let command = Code("command")
        /// A document or an answer does not look as it must.
        package static let decoding = Code("decoding")
        /// No suitable server was found within `serverSelectionTimeoutMS`.
        package static let noServer = Code("no_server")
    }

    package var code: Code
    /// The server's number for it, when the server said it.
    package var serverCode: Int32?
    /// The server's name for ``serverCode``.
    package var codeName: String?
    /// For logs, not for clients: names hosts, indexes and duplicate keys.
    package var message: String
    /// The server's and the driver's error labels.
    package var labels: Set<String>
    /// Of a duplicate key: the fields of its index, in order, when known.
    package var keyPattern: [String]?
    /// Of a duplicate key: the name of its index, when known.
    package var indexName: String?

    package init(
        _ code: Code, _ message: String, serverCode: Int32? = nil, codeName: String? = nil, labels: Set<String> = []
    ) {
        self.code = code
        self.serverCode = serverCode
        self.codeName = codeName
        self.message = MongoRuntime.redact(message)
        self.labels = labels
    }

    package var description: String {
        var text = code.description
        if let serverCode {
            text += " (\(serverCode)\(codeName.map { " " + $0 } ?? ""))"
        }
        text += ": " + message
        if !labels.isEmpty {
            text += " [" + labels.sorted().joined(separator: ", ") + "]"
        }
        return text
    }
}

extension MongoError {
    /// The server's label for "the whole transaction may be tried again".
    package static let transientTransaction = "TransientTransactionError"
    /// The label for "the commit may or may not have happened; commit again".
    package static let unknownCommitResult = "UnknownTransactionCommitResult"
    /// The label for "this write may be tried once more".
    package static let retryableWrite = "RetryableWriteError"

    package func hasLabel(_ label: String) -> Bool {
        labels.contains(label)
    }

    /// Whether the same operation may succeed a little later, without anybody changing anything.
    package var isTransient: Bool {
        if hasLabel(Self.transientTransaction) || hasLabel(Self.unknownCommitResult) || hasLabel(Self.retryableWrite) {
            return true
        }
        return switch code {
        case .network, .timeout, .interrupted, .notPrimary, .writeConcern, .poolExhausted, .noServer: true
        case .command: serverCode.map(ServerCode.transient.contains) ?? false
        default: false
        }
    }

    /// Of a write: whether it may have happened all the same. False only where it certainly did not.
    package var outcomeUnknown: Bool {
        if hasLabel(Self.unknownCommitResult) { return true }
        if hasLabel("NoWritesPerformed") { return false }
        return switch code {
        case .network, .interrupted, .notPrimary, .writeConcern, .decoding: true
        case .timeout: serverCode != nil
        default: hasLabel(Self.retryableWrite)
        }
    }
}
