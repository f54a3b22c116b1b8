internal import NIOCore
internal import NIOPosix

extension ChatClientError {
    /// What a failed attempt to open a TCP connection means.
    static func connecting(to address: ServerAddress, _ error: any Error) -> ChatClientError {
        let causes = (error as? NIOConnectionError)?.connectionErrors.map(\.error) ?? [error]
        let isTimeout = causes.contains { if case ChannelError.connectTimeout = $0 { true } else { false } }
        guard isTimeout else {
            return ChatClientError(.cannotConnect, "nobody answers at \(address.authority)", cause: error)
        }
        return ChatClientError(.timeout, "\(address.authority) did not answer in time", cause: error)
    }
}
