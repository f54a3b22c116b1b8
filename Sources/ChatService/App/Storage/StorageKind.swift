/// Where messages, rooms and members are kept.
package enum StorageKind: String, Sendable {
    case mongodb
    /// Nowhere, for benchmarks.
    case nothing = "none"
}
