import Chat

/// The parameters of a query, decoded as forms are (WHATWG URL standard, `application/x-www-form-urlencoded`): `+` is a
/// space, `%XX` a byte of UTF-8.
struct QueryParameters: Sendable {
    private let values: [String: String]

    /// - Throws: `bad_request` when the encoding is broken or a name stands twice.
    init(_ query: String?) throws(ChatError) {
        var values: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decode(parts[0])
            let value = try parts.count == 2 ? Self.decode(parts[1]) : ""
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badRequest("the parameter \(name.prefix(40)) stands twice")
            }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    private static func decode(_ text: Substring) throws(ChatError) -> String {
        guard let decoded = String(percentEncoded: text, plusIsSpace: true) else {
            throw .badRequest("the query is not percent-encoded UTF-8")
        }
        return decoded
    }
}
