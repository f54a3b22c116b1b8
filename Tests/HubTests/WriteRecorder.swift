import NIOCore

/// Notes what is written to a channel, write by write, and can hold everything back as a peer does that reads nothing.
final class WriteRecorder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var writes: [String] = []
    private(set) var flushes = 0
    var isBlocked = false

    var text: String { writes.joined() }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writes.append(String(buffer: unwrapOutboundIn(data)))
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        flushes += 1
        if !isBlocked { context.flush() }
    }
}
