/// What happens to a session.
package enum SessionEvent: Sendable {
    case start
    /// The socket is open; the room's history comes next.
    case connected
    /// - Parameter cursor: where the session is with it.
    case received(ServerEvent, cursor: String? = nil)
    case pong
    case disconnected(ConnectionEnd)
    /// The person entered a line.
    case line(String)
    /// The person changed the line that is not sent yet.
    case edited(isEmpty: Bool)
    /// No more lines will come.
    case endOfInput
    case interrupted
    /// The answer to ``SessionAction/fetchOlder(before:)``.
    case older(Result<MessagePage, Failure>)
    /// The answer to ``SessionAction/search(text:before:)``.
    case found(Result<MessagePage, Failure>)
    /// The answer to ``SessionAction/fetchThread(root:)``.
    case thread(Result<MessagePage, Failure>)
    /// The answer to ``SessionAction/fetchUnread``.
    case unread(Result<UnreadPage, Failure>)
    /// The time of ``RoomSession/nextDeadline`` has come.
    case deadline

    package struct Failure: Error, Sendable {
        package let message: String

        package init(message: String) { self.message = message }
    }
}

/// Why there is no connection.
package enum ConnectionEnd: Hashable, Sendable {
    /// The server closed it; `nil` when it just went away.
    case closed(CloseReason?)
    /// The server answered the request for the socket with this status.
    case refused(status: Int, message: String, retryAfterMilliseconds: Int64?)
    /// Nobody answered.
    case unreachable(String)
}
