/// Connection strings for `migrate`.
package enum MigrationConnectionString {
    /// How long one answer may take, in milliseconds, where the string does not say it: a day. A server answers
    /// `createIndexes` when the index is built.
    private static let socketTimeoutMilliseconds = 86_400_000

    /// The string with that timeout in it.
    package static func patient(_ uri: String) -> String {
        // What is no connection string is left as it is, so that the complaint about it names what was given.
        guard uri.hasPrefix("mongodb"), !uri.lowercased().contains("sockettimeoutms=") else { return uri }
        let option = "socketTimeoutMS=\(socketTimeoutMilliseconds)"
        if uri.contains("?") {
            return uri + (uri.hasSuffix("?") || uri.hasSuffix("&") ? "" : "&") + option
        }
        // A slash must stand between hosts and options.
        let authority = uri.firstRange(of: "://").map { uri[$0.upperBound...] } ?? uri[...]
        return uri + (authority.contains("/") ? "" : "/") + "?" + option
    }
}
