/// What a session wants done.
package enum SessionAction: Hashable, Sendable {
    /// Open the socket; with a cursor, from where the session was.
    case connect(cursor: String?)
    case send(ClientFrame)
    case ping
    /// Cut the connection off: it is dead. Answered by ``SessionEvent/disconnected(_:)``.
    case abandon
    case fetchOlder(before: String)
    case search(text: String, before: String?)
    case fetchThread(root: String)
    case fetchUnread
    case show(SessionLine)
    /// Close the socket if there is one, and end with this exit code.
    case finish(SessionExit)
}

/// How the program ends.
package enum SessionExit: Int32, Hashable, Sendable {
    case success = 0
    /// A line was refused, or was still without acknowledgement.
    case notSent = 1
    /// No connection could be made (`EX_UNAVAILABLE`).
    case unavailable = 69
    /// The server does not let this user in (`EX_NOPERM`).
    case notPermitted = 77
    /// Nobody reads the output any more (as after SIGPIPE).
    case brokenPipe = 141
    /// Ctrl-C.
    case interrupted = 130
}

/// Something to show to the person, in the order of the room.
package enum SessionLine: Hashable, Sendable {
    case message(RoomMessage)
    /// Older messages, asked for, oldest first.
    case older([RoomMessage])
    /// A thread, its root first.
    case thread([RoomMessage])
    /// What a search found, newest first.
    case found([RoomMessage])
    /// Somebody joined or left, is online or away, types.
    case notice(String)
    /// About the connection or a command.
    case information(String)
    case failure(String)
}
