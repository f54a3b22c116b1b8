/// The limits of one WebSocket.
package struct WebSocketConfiguration: Sendable {
    /// The largest message a client may send, in bytes, all fragments together. A larger one fails the connection with
    /// 1009. Default 64 KiB.
    package var maximumMessageBytes: Int
    /// The fragments a message may have; more fail the connection with 1008. Default 1,024.
    package var maximumFragments: Int
    /// The pings of one read that are each answered; of more, only the last is (RFC 6455 section 5.5.3). Default 32.
    package var maximumPongsPerRead: Int
    /// The kernel's send buffer, in bytes (Linux doubles it), or nil for the kernel's own choice, which hides megabytes
    /// of a slow reader's frames from the outbound budget. Default 128 KiB.
    package var kernelSendBufferBytes: Int?
    /// Whether permessage-deflate was negotiated, so that RSV1 is allowed on the first frame of a message (RFC 7692).
    /// Default false.
    package var allowsCompressedMessages: Bool

    package init(
        maximumMessageBytes: Int = 64 * 1024,
        maximumFragments: Int = 1024,
        maximumPongsPerRead: Int = 32,
        kernelSendBufferBytes: Int? = 128 * 1024,
        allowsCompressedMessages: Bool = false
    ) {
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumFragments = maximumFragments
        self.maximumPongsPerRead = maximumPongsPerRead
        self.kernelSendBufferBytes = kernelSendBufferBytes
        self.allowsCompressedMessages = allowsCompressedMessages
    }
}
