internal import NIOCore
internal import NIOHTTP1

/// Gathers one whole response, up to a limit, then closes the connection.
final class ResponseCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<HTTPResponse>
    private let maximumBodyBytes: Int
    private var response: HTTPResponse?
    private var isDone = false

    init(_ promise: EventLoopPromise<HTTPResponse>, maximumBodyBytes: Int) {
        self.promise = promise
        self.maximumBodyBytes = maximumBodyBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 1xx answers come before the one that counts (RFC 9110 section 15.2).
            guard head.status.code >= 200 || head.status.code == 101 else { return }
            response = HTTPResponse(status: Int(head.status.code), headers: head.headers)
        case .body(let part):
            response?.body.append(contentsOf: part.readableBytesView)
            if let count = response?.body.count, count > maximumBodyBytes {
                finish(.failure(ChatClientError(.badAnswer, "the answer is too large")), context)
            }
        case .end:
            if let response { finish(.success(response), context) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(ChatClientError(.closed, "the server closed the connection without an answer")), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(ChatClientError(.badAnswer, "the server's answer is not HTTP", cause: error)), context)
    }

    private func finish(_ result: Result<HTTPResponse, any Error>, _ context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        promise.completeWith(result)
        context.close(promise: nil)
    }
}
