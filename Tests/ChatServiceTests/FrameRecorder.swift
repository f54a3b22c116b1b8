import NIOCore
import Testing

/// Takes the WebSocket frames that are written to a channel apart into their texts.
final class FrameRecorder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var texts: [String] = []
    /// Nothing is kept, here or in the channel.
    var isMuted = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isMuted {
            promise?.succeed()
            return
        }
        add(unwrapOutboundIn(data))
        context.write(data, promise: promise)
    }

    func add(_ frames: ByteBuffer) {
        var frames = frames
        while frames.readableBytes > 0 {
            guard let text = Self.readFrame(&frames) else {
                Issue.record("not a whole text frame")
                return
            }
            texts.append(text)
        }
    }

    /// The texts since the last call.
    func take() -> [String] {
        defer { texts = [] }
        return texts
    }

    /// A final, unmasked text frame (RFC 6455, section 5.2).
    private static func readFrame(_ buffer: inout ByteBuffer) -> String? {
        guard buffer.readInteger(as: UInt8.self) == 0x81, let short = buffer.readInteger(as: UInt8.self) else {
            return nil
        }
        let length: Int?
        switch short {
        case ...125: length = Int(short)
        case 126: length = buffer.readInteger(as: UInt16.self).map(Int.init)
        default: length = buffer.readInteger(as: UInt64.self).map(Int.init)
        }
        return length.flatMap { buffer.readString(length: $0) }
    }
}
