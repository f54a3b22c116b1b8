import Synchronization

/// What connections subscribe to. The hub knows nothing of what it stands for.
package struct Topic: Hashable, Sendable {
    private let id: UInt64

    private static let last = Atomic<UInt64>(0)

    /// A topic unlike all others of this process.
    package init() {
        id = Self.last.add(1, ordering: .relaxed).newValue
    }
}
