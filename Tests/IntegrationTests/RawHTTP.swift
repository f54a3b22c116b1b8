import NIOCore
import NIOPosix
import TestSupport

/// Exact bytes to a server, and all that comes back.
enum RawHTTP {
    /// Sends, and reads until the server closes.
    ///
    /// - Parameter endsOutput: says that nothing follows, as one who breaks off does.
    static func exchange(_ request: String, with server: ChatServer, endsOutput: Bool = false) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        let alarm = channel.channel.eventLoop.scheduleTask(in: TestSocket.patience) {
            channel.channel.close(promise: nil)
        }
        defer { alarm.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            if endsOutput { outbound.finish() }
            var answer = ""
            for try await bytes in inbound { answer += String(buffer: bytes) }
            return answer
        }
    }

    /// The status codes in the order of the answers.
    static func statuses(_ answers: String) -> [Int] {
        answers.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.1) }
    }
}
