import NIOCore

/// Gives a channel its receive buffers so that it keeps none that matters.
///
/// A channel of NIO holds on to the buffers it read into, as large as they ever grew: 2 KiB for every silent socket,
/// and 64 KiB and more for one that once sent a large message. But it keeps only its first one when it is told of no
/// size to reuse, may hold one buffer (`maxMessagesPerRead` is 1) and each read may be larger than the last. So the
/// first is small, and the others live for one read.
struct ReceiveBuffers: RecvByteBufferAllocator {
    /// The first buffer's bytes, which a connection keeps as long as it lives. A request takes a second read for it.
    static let first = 64
    static let smallest = 2048
    static let largest = 64 * 1024

    private var next = ReceiveBuffers.first

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        allocator.buffer(capacity: self.next)
    }

    func nextBufferSize() -> Int? { nil }

    /// Doubles the size while reads fill it, and goes back at once.
    mutating func record(actualReadBytes: Int) -> Bool {
        self.next = actualReadBytes >= self.next ? min(max(self.next * 2, Self.smallest), Self.largest) : Self.smallest
        return true
    }
}
