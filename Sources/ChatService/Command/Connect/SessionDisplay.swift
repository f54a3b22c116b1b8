internal import ChatClient

/// Where a session is shown.
protocol SessionDisplay {
    mutating func show(_ line: SessionLine)
    /// The state below the messages, where there is a place for it.
    mutating func update(_ status: SessionStatus, typing: [String])
}
