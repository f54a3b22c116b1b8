internal import Crypto
internal import Synchronization

/// The tokens that were verified lately, so that a client that asks often is verified once.
///
/// Bounded by two generations: when the young one is full it becomes the old one, and the former old one is let
/// go. Every step costs the same, and what is used stays. Holds digests, not tokens; only what passed every check.
/// Whoever takes an entry out still compares its times.
final class TokenCache: Sendable {
    struct Entry: Sendable {
        let identity: Identity
        /// Seconds since 1970.
        let expiresAt: Double?
        let notBefore: Double?
    }

    private struct Generations {
        var young: [SHA256Digest: Entry] = [:]
        var old: [SHA256Digest: Entry] = [:]
    }

    private let generationCapacity: Int
    private let generations = Mutex(Generations())

    /// - Parameter capacity: at most so many tokens are held; 0 switches the cache off.
    init(capacity: Int) {
        self.generationCapacity = max(0, capacity / 2)
    }

    func entry(for digest: SHA256Digest) -> Entry? {
        generations.withLock { state in
            if let entry = state.young[digest] { return entry }
            guard let entry = state.old[digest] else { return nil }
            insert(entry, for: digest, into: &state)
            return entry
        }
    }

    func store(_ entry: Entry, for digest: SHA256Digest) {
        generations.withLock { insert(entry, for: digest, into: &$0) }
    }

    func remove(_ digest: SHA256Digest) {
        generations.withLock { state in
            state.young[digest] = nil
            state.old[digest] = nil
        }
    }

    var isEnabled: Bool { generationCapacity > 0 }

    var count: Int {
        generations.withLock { state in state.young.count + state.old.keys.count { state.young[$0] == nil } }
    }

    private func insert(_ entry: Entry, for digest: SHA256Digest, into state: inout Generations) {
        guard isEnabled else { return }
        if state.young.count >= generationCapacity {
            state.old = state.young
            state.young = [:]
        }
        state.young[digest] = entry
    }
}
