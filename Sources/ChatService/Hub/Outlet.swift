package import NIOCore
import Synchronization

/// The way out to one connection, with a bound on what waits for its peer. Bound to the connection's event loop.
///
/// Nobody waits for a slow peer. While its queue is long, ephemeral frames are left out; when it passes the budget, the
/// owner is told once and closes the connection.
package final class Outlet {
    package typealias ID = UInt64

    /// Why the hub gives a connection up.
    package enum End: Sendable {
        /// More waited for the peer than the budget allows.
        case overBudget
        /// What it subscribed to is over.
        case topicEnded
    }

    private static let lastID = Atomic<UInt64>(0)

    /// Unique in this process.
    package let id: ID
    package let channel: any Channel
    private let budgetBytes: Int
    private let onEnd: (End) -> Void
    private var hasEnded = false
    /// What may wait besides: of what was written as a snapshot, the most that may not be taken yet.
    private var snapshotBytes = 0
    /// Whether something was written since the last flush that the writer is to ask for.
    private(set) var needsFlush = false
    /// Writes since the last flush.
    private var unflushed = 0
    /// A channel has room for so many writes; for more it gets larger, and stays so.
    private static let maximumUnflushed = 15

    /// - Parameters:
    ///   - budgetBytes: what may wait in this process for the peer to read.
    ///   - onEnd: called at most once, on the event loop.
    package init(channel: any Channel, budgetBytes: Int, onEnd: @escaping (End) -> Void) {
        self.id = Self.lastID.add(1, ordering: .relaxed).newValue
        self.channel = channel
        self.budgetBytes = budgetBytes
        self.onEnd = onEnd
    }

    /// Writes whole frames without flushing.
    /// - Returns: whether they were taken.
    @discardableResult
    package func write(_ frames: ByteBuffer, isEphemeral: Bool = false) -> Bool {
        channel.eventLoop.assertInEventLoop()
        guard !hasEnded else { return false }
        if !channel.isWritable {
            // Above the channel's high-water mark: the peer is behind.
            if isEphemeral { return false }
            let waiting = waitingBytes
            // What was written first is taken first.
            snapshotBytes = min(snapshotBytes, waiting)
            if waiting + frames.readableBytes > budgetBytes + snapshotBytes {
                end(.overBudget)
                return false
            }
        }
        put(frames)
        return true
    }

    /// Writes what one who comes gets first, however large it is: it is no sign of a slow peer. Whoever makes it bounds it.
    package func writeSnapshot(_ frames: ByteBuffer) {
        channel.eventLoop.assertInEventLoop()
        guard !hasEnded else { return }
        snapshotBytes = (channel.isWritable ? 0 : min(snapshotBytes, waitingBytes)) + frames.readableBytes
        put(frames)
    }

    private func put(_ frames: ByteBuffer) {
        channel.write(frames, promise: nil)
        needsFlush = true
        unflushed += 1
        guard unflushed >= Self.maximumUnflushed else { return }
        unflushed = 0
        channel.flush()
    }

    /// Whether more waits for the peer than live frames may: no time for another snapshot.
    package var isBehind: Bool { !channel.isWritable && waitingBytes > budgetBytes }

    package func flush() {
        needsFlush = false
        unflushed = 0
        channel.flush()
    }

    /// Writes nothing more and tells the owner, who closes the connection.
    func end(_ reason: End) {
        guard !hasEnded else { return }
        hasEnded = true
        onEnd(reason)
    }

    /// What the peer has not taken yet, in bytes.
    private var waitingBytes: Int {
        // A channel that cannot say (only test channels) counts as over the budget, as it is not writable.
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? budgetBytes
    }
}
