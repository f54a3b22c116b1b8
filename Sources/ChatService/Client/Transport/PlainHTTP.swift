package import NIOCore
package import NIOHTTP1
internal import NIOPosix

/// One HTTP/1.1 request on a connection of its own, without TLS, redirects or caches: enough for the terminal client
/// and for tests.
package enum PlainHTTP {
    package static let maximumBodyBytes = 32 << 20

    package static func get(
        _ url: String, headers: HTTPHeaders = [:], timeout: TimeAmount = .seconds(30), on group: any EventLoopGroup
    ) async throws -> HTTPResponse {
        try await request(.GET, url, headers: headers, timeout: timeout, on: group)
    }

    /// - Parameter json: the body, sent as `application/json`.
    package static func post(
        _ url: String, json: String, headers: HTTPHeaders = [:], timeout: TimeAmount = .seconds(30),
        on group: any EventLoopGroup
    ) async throws -> HTTPResponse {
        var headers = headers
        headers.replaceOrAdd(name: "Content-Type", value: "application/json")
        return try await request(.POST, url, headers: headers, body: Array(json.utf8), timeout: timeout, on: group)
    }

    /// - Throws: ``ChatClientError``. A status of 400 or more is no error here.
    package static func request(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        timeout: TimeAmount = .seconds(30), on group: any EventLoopGroup
    ) async throws -> HTTPResponse {
        let address = try ServerAddress(url)
        return try await request(method, address, headers: headers, body: body, timeout: timeout, on: group)
    }

    package static func request(
        _ method: HTTPMethod, _ address: ServerAddress, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        timeout: TimeAmount = .seconds(30), on group: any EventLoopGroup
    ) async throws -> HTTPResponse {
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: HTTPResponse.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: eventLoop)
                .connectTimeout(timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(
                            ResponseCollector(promise, maximumBodyBytes: maximumBodyBytes))
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch {
            promise.fail(error)
            throw ChatClientError.connecting(to: address, error)
        }
        let alarm = eventLoop.scheduleTask(in: timeout) {
            promise.fail(ChatClientError(.timeout, "\(address.authority) did not answer in time"))
            channel.close(promise: nil)
        }
        defer { alarm.cancel() }
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: address.target, headers: headers)
        head.headers.replaceOrAdd(name: "Host", value: address.authority)
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        if let body { head.headers.replaceOrAdd(name: "Content-Length", value: "\(body.count)") }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let body { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil) }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return try await promise.futureResult.get()
    }
}
