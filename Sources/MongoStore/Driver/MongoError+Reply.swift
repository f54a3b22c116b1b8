internal import BSON
internal import CMongoC

extension MongoError {
    /// The error in a server's answer: `ok: 0`, an element of `writeErrors`, or a `writeConcernError`.
    init(reply: BSONDocument, fallback: Code = .command) {
        let number = reply.int64("code").flatMap { Int32(exactly: $0) }
        self.init(
            number.map(ServerCode.code) ?? fallback, reply.string("errmsg") ?? "no message", serverCode: number,
            codeName: reply.string("codeName"), labels: Self.labels(in: reply))
        if code == .command, fallback == .writeConcern { code = .writeConcern }
        readKey(of: reply)
    }

    /// libmongoc's error (error API 2), with the answer that came with it, if any.
    init(_ error: bson_error_t, reply: BSONDocument?) {
        let number = Int32(truncatingIfNeeded: error.code)
        let labels = reply.map(Self.labels) ?? []
        let said = error.text
        switch error.domain {
        case MONGOC_ERROR_SERVER.rawValue:
            self.init(
                ServerCode.code(of: number), said, serverCode: number, codeName: reply?.string("codeName"),
                labels: labels)
        case MONGOC_ERROR_WRITE_CONCERN.rawValue:
            let concern = reply?.document("writeConcernError")
            self.init(
                .writeConcern, said, serverCode: number, codeName: concern?.string("codeName"),
                labels: labels.union(concern.map(Self.labels) ?? []))
        default:
            self.init(Self.code(ofDomain: error.domain, number: error.code), said, labels: labels)
        }
        if let reply { readKey(of: reply) }
    }

    private static func code(ofDomain domain: UInt32, number: UInt32) -> Code {
        switch domain {
        case MONGOC_ERROR_STREAM.rawValue: .network
        case MONGOC_ERROR_SERVER_SELECTION.rawValue: .noServer
        case MONGOC_ERROR_SASL.rawValue, MONGOC_ERROR_SCRAM.rawValue: .authentication
        case MONGOC_ERROR_CLIENT.rawValue:
            number == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue ? .authentication : .command
        // The bytes on the wire were not what they must be; what was sent may have been carried out.
        case MONGOC_ERROR_PROTOCOL.rawValue: .network
        case MONGOC_ERROR_BSON.rawValue: .decoding
        default: .command
        }
    }

    private static func labels(in reply: BSONDocument) -> Set<String> {
        guard let array = reply.array("errorLabels") else { return [] }
        return Set(
            array.compactMap { value in
                if case .string(let label) = value { label } else { nil }
            })
    }

    /// mongod from 4.4 on says `keyPattern`; the index' name stands only in the message.
    private mutating func readKey(of reply: BSONDocument) {
        guard code == .duplicateKey else { return }
        keyPattern = reply.document("keyPattern").map { Array($0.keys) }
        indexName = Self.indexName(in: message)
    }

    /// From `… index: <name> dup key: { … }`.
    static func indexName(in message: String) -> String? {
        guard let start = message.firstRange(of: " index: ") else { return nil }
        let rest = message[start.upperBound...]
        guard let end = rest.firstRange(of: " dup key") else { return nil }
        return String(rest[..<end.lowerBound])
    }
}

extension bson_error_t {
    /// The message up to its zero byte.
    var text: String {
        withUnsafeBytes(of: message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
