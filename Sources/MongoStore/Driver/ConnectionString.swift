internal import CMongoC

/// A parsed connection string with our defaults in it. Not Sendable: used where it is made.
final class ConnectionString {
    private static let defaultPoolSize: Int32 = 8
    /// libmongoc's bound; also keeps a typing error from starting a million threads.
    private static let poolSizes: ClosedRange<Int32> = 1...500

    /// Lives as long as this object.
    let pointer: OpaquePointer
    /// How many clients, and so threads.
    let poolSize: Int

    /// - Throws: `.invalidURI`, with the password blotted out.
    init(_ text: String, retryWrites: Bool? = nil) throws(MongoError) {
        MongoRuntime.start()
        for secret in Self.secrets(in: text) { MongoRuntime.register(secret: secret) }
        // libmongoc would take what is behind the first for the host, and show it in its messages.
        guard text.prefix(while: { $0 != "?" }).count(where: { $0 == "@" }) <= 1 else {
            throw MongoError(
                .invalidURI, "\(Self.redacted(text)): an @ in the name or password must be written as %40")
        }
        var error = bson_error_t()
        guard let uri = mongoc_uri_new_with_error(text, &error) else {
            throw MongoError(.invalidURI, "\(Self.redacted(text)): \(error.text)")
        }
        pointer = uri
        // libmongoc decodes it; both forms may turn up in a message.
        if let password = mongoc_uri_get_password(uri) { MongoRuntime.register(secret: String(cString: password)) }
        let size = mongoc_uri_get_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, Self.defaultPoolSize)
        poolSize = Int(size)
        guard Self.poolSizes.contains(size) else {
            throw MongoError(.invalidURI, "maxPoolSize is \(size); it must be from 1 to \(Self.poolSizes.upperBound)")
        }
        try setDefaults(retryWrites: retryWrites)
    }

    deinit {
        mongoc_uri_destroy(pointer)
    }

    private func setDefaults(retryWrites: Bool?) throws(MongoError) {
        if mongoc_uri_get_appname(pointer) == nil { mongoc_uri_set_appname(pointer, "tertulia") }
        for (option, value) in [
            (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, Int32(3000)), (MONGOC_URI_CONNECTTIMEOUTMS, 3000),
            (MONGOC_URI_SOCKETTIMEOUTMS, 30000), (MONGOC_URI_HEARTBEATFREQUENCYMS, 2000),
        ] where !mongoc_uri_has_option(pointer, option) {
            mongoc_uri_set_option_as_int32(pointer, option, value)
        }
        if let retryWrites { mongoc_uri_set_option_as_bool(pointer, MONGOC_URI_RETRYWRITES, retryWrites) }
        setReadConcern()
        try setWriteConcern()
    }

    private func setReadConcern() {
        guard mongoc_read_concern_get_level(mongoc_uri_get_read_concern(pointer)) == nil else { return }
        let concern = mongoc_read_concern_new()
        defer { mongoc_read_concern_destroy(concern) }
        mongoc_read_concern_set_level(concern, MONGOC_READ_CONCERN_LEVEL_MAJORITY)
        mongoc_uri_set_read_concern(pointer, concern)
    }

    private func setWriteConcern() throws(MongoError) {
        let concern = mongoc_write_concern_copy(mongoc_uri_get_write_concern(pointer))
        defer { mongoc_write_concern_destroy(concern) }
        if mongoc_write_concern_get_w(concern) == MONGOC_WRITE_CONCERN_W_DEFAULT {
            // A wtimeout given without w stays.
            let limit = mongoc_write_concern_get_wtimeout_int64(concern)
            mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY)
            mongoc_write_concern_set_wtimeout_int64(concern, limit)
        }
        guard mongoc_write_concern_is_acknowledged(concern) else {
            throw MongoError(.invalidURI, "w=0: the server would acknowledge nothing")
        }
        if !mongoc_write_concern_journal_is_set(concern) { mongoc_write_concern_set_journal(concern, true) }
        mongoc_uri_set_write_concern(pointer, concern)
    }
}

extension ConnectionString {
    /// The connection string without what is secret: passwords become `***`.
    static func redacted(_ text: String) -> String {
        secrets(in: text).sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { $0.replacing($1, with: "***") }
    }

    /// The password and the secret options as they stand in the text, also in a string that is no valid URI.
    static func secrets(in text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        // The last "@" counts: an unescaped one in a password is a common mistake. Hosts and options hold none.
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at]
            if let colon = user.firstIndex(of: ":") { found.append(String(user[user.index(after: colon)...])) }
            rest = rest[at...]
        }
        if let question = rest.firstIndex(of: "?") {
            for option in rest[rest.index(after: question)...].split(whereSeparator: { $0 == "&" || $0 == ";" }) {
                guard let equals = option.firstIndex(of: "=") else { continue }
                let name = option[..<equals].lowercased()
                if name.contains("password") || name == "authmechanismproperties" {
                    found.append(String(option[option.index(after: equals)...]))
                }
            }
        }
        return found.filter { !$0.isEmpty }
    }
}
