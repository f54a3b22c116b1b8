import NIOCore

/// One end of a connection through a proxy: tells the streams what its channel does.
final class ProxyEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var inbound: ProxyStream?
    private var outbound: ProxyStream?

    /// - Parameters:
    ///   - inbound: takes what comes from this end.
    ///   - outbound: writes to this end.
    func connect(inbound: ProxyStream, outbound: ProxyStream) {
        self.inbound = inbound
        self.outbound = outbound
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbound?.received(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { outbound?.pump() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbound?.ended()
        inbound = nil
        outbound = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
