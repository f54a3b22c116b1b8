package import NIOHTTP1

/// The whole answer to one request.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as text; what is not UTF-8 in it becomes U+FFFD.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
