package import Chat

/// What others see of a user.
package struct ShownStatus: Hashable, Sendable {
    /// `online`, `away`, `busy` or `offline`; `invisible` only to himself.
    package var word: String
    package var text: String?
    package var emoji: String?
    package var expiresAt: Timestamp?

    package static let offline = ShownStatus(word: "offline")

    /// - Parameters:
    ///   - isConnected: whether he has a socket.
    ///   - isIdle: whether nothing came from him for a while.
    ///   - toHimself: whether it is he who looks.
    package init(_ status: UserStatus, isConnected: Bool, isIdle: Bool = false, toHimself: Bool = false) {
        if status.kind == .invisible, !toHimself {
            self = .offline
            return
        }
        word =
            switch status.kind {
            case .invisible: status.kind.rawValue
            case .online where isConnected && isIdle: UserStatus.Kind.away.rawValue
            case .online, .away, .busy: isConnected || toHimself ? status.kind.rawValue : Self.offline.word
            }
        text = status.text
        emoji = status.emoji
        expiresAt = status.expiresAt
    }

    private init(word: String) {
        self.word = word
    }

    func writeFields(to json: inout JSONWriter) {
        json.field("status", word)
        if let text { json.field("text", text) }
        if let emoji { json.field("emoji", emoji) }
        if let expiresAt { json.field("expires_at", expiresAt) }
    }
}
