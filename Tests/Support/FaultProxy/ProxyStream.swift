import NIOCore

/// One direction of a connection through a proxy. Bound to the proxy's event loop.
///
/// It reads from its source only while it may forward, so what a stall holds back fills the kernel's buffers and then
/// stops the sender, as a peer does that reads no more.
final class ProxyStream {
    /// While so many bytes wait, for a delay or for the sink, nothing is read.
    private static let maximumWaitingBytes = 4 << 20

    private let direction: ProxyDirection
    private let source: any Channel
    private let sink: any Channel
    private let onCut: () -> Void
    /// Told of what comes.
    var onReceive: ((ByteBuffer) -> Void)?

    private var waiting = CircularBuffer<(due: NIODeadline, bytes: ByteBuffer)>()
    private var waitingBytes = 0
    private var hasEnded = false
    private var isReading = false
    private var faults = ProxyFaults()
    /// Bytes that still pass; nil: all.
    private var allowance: Int?
    private var alarm: Scheduled<Void>?

    init(_ direction: ProxyDirection, from source: any Channel, to sink: any Channel, onCut: @escaping () -> Void) {
        self.direction = direction
        self.source = source
        self.sink = sink
        self.onCut = onCut
    }

    private var isStalled: Bool { faults.stalled.contains(direction) }

    func apply(_ faults: ProxyFaults) {
        self.faults = faults
        allowance = faults.limited.contains(direction) ? faults.allowance : nil
        pump()
    }

    func received(_ bytes: ByteBuffer) {
        onReceive?(bytes)
        // Nothing overtakes what came before, also when the delay became shorter.
        let due = max(.now() + faults.delay, waiting.last?.due ?? .now())
        waiting.append((due, bytes))
        waitingBytes += bytes.readableBytes
        pump()
    }

    func ended() {
        hasEnded = true
        pump()
    }

    /// Forwards what may pass now.
    func pump() {
        alarm?.cancel()
        while !isStalled, sink.isWritable, let first = waiting.first {
            guard first.due <= .now() else {
                wake(at: first.due)
                break
            }
            waiting.removeFirst()
            waitingBytes -= first.bytes.readableBytes
            guard forward(first.bytes) else { return }
        }
        if hasEnded, !isStalled, waiting.isEmpty || !sink.isActive {
            // After what was written before.
            let sink = sink
            sink.writeAndFlush(ByteBuffer()).whenComplete { _ in sink.close(promise: nil) }
        }
        read(!isStalled && waitingBytes < Self.maximumWaitingBytes)
    }

    /// - Returns: false when that cut the connection.
    private func forward(_ bytes: ByteBuffer) -> Bool {
        guard let left = allowance, bytes.readableBytes >= left else {
            if let left = allowance { allowance = left - bytes.readableBytes }
            sink.writeAndFlush(bytes, promise: nil)
            return true
        }
        allowance = 0
        var bytes = bytes
        sink.writeAndFlush(bytes.readSlice(length: left) ?? ByteBuffer()).assumeIsolated().whenComplete { _ in
            self.onCut()
        }
        return false
    }

    private func read(_ wanted: Bool) {
        guard wanted != isReading, source.isActive else { return }
        isReading = wanted
        try? source.syncOptions?.setOption(.autoRead, value: wanted)
    }

    private func wake(at time: NIODeadline) {
        let stream = NIOLoopBound(self, eventLoop: source.eventLoop)
        alarm = source.eventLoop.scheduleTask(deadline: time) { stream.value.pump() }
    }
}
