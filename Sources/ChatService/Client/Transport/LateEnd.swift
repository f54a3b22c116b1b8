internal import NIOCore

/// Tells the handlers behind it of the connection's end one turn of the event loop later.
///
/// The upgrade takes HTTP's handlers out of the pipeline in the turn after the 101. When the server's first frames
/// and its end come in one piece with the 101, the frames would be lost: the decoder hands its unused bytes on only
/// while it has not seen the end.
final class LateEnd: ChannelInboundHandler {
    typealias InboundIn = Any

    func channelInactive(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { loopBound.value.fireChannelInactive() }
    }
}
