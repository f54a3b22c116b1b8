/// A token as a request carried it, not verified yet.
package struct Credential: Hashable, Sendable {
    package var token: String
    /// What to answer in `Sec-WebSocket-Protocol`; `nil`: answer without that header.
    package var subprotocol: String?

    package init(token: String, subprotocol: String? = nil) {
        self.token = token
        self.subprotocol = subprotocol
    }
}
