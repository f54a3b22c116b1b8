import NIOCore
import NIOPosix
import TestSupport

/// Exact bytes to a server, and all that comes back.
enum RawHTTP {
    /// Sends, and reads until the server closes.
    ///
    /// - Parameters:
    ///   - endsOutput: says that nothing follows, as one who breaks off does.
    ///   - sent: called when the request is sent.
    static func exchange(
        _ request: String, with server: ChatServer, endsOutput: Bool = false,
        sent: (any Channel) -> Void = { _ in }
    ) async throws -> String {
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
            sent(channel.channel)
            var answer = ""
            for try await bytes in inbound { answer += String(buffer: bytes) }
            return answer
        }
    }

    /// Sends, then the same few bytes again and again until the server closes; returns what it answered.
    static func drip(
        _ request: String, _ bytes: String, every interval: TimeAmount, to server: ChatServer
    ) async throws -> String {
        try await exchange(request, with: server) { channel in
            channel.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { task in
                guard channel.isActive else { return task.cancel() }
                channel.writeAndFlush(ByteBuffer(string: bytes), promise: nil)
            }
        }
    }

    /// The status codes in the order of the answers.
    static func statuses(_ answers: String) -> [Int] {
        answers.matches(of: #/HTTP/1\.1 (\d{3}) /#).compactMap { Int($0.1) }
    }
}
