/// The two ways in which the service speaks to a socket.
package enum Dialect: Hashable, Sendable {
    /// What every client gets that asks for nothing else: `history, system, message, typing, presence`, and `error` and
    /// `ack` as answers.
    case basic
    /// `chat.v2`: all of docs/protocol.md. Every frame that belongs to a room names it.
    case second
}
