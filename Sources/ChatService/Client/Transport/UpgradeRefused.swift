/// The server answered the request for a WebSocket with something else than 101.
package struct UpgradeRefused: Error, Sendable, CustomStringConvertible {
    package let response: HTTPResponse

    package init(response: HTTPResponse) { self.response = response }

    package var description: String { "the server refused the WebSocket with status \(response.status)" }
}
