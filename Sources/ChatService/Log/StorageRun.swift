/// Which election and which run of which server process a lane writes to, as text that is only compared.
///
/// While it stays the same, what was learned of the ends of logs holds. Another one may have been restored from a
/// backup.
package struct StorageRun: Hashable, Sendable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
