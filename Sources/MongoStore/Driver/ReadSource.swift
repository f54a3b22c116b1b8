/// Where a read goes, and how settled what it sees must be. Ignored in a transaction.
package enum ReadSource: Sendable, Hashable {
    /// The primary, at read concern `majority`: for all that is shown, acknowledged or decided upon.
    case primaryMajority
    /// The primary, at read concern `local`: may see what is later rolled back.
    case primaryLocal
    /// Read preference and read concern of the connection string: for search and export.
    case userReadPreference
}
