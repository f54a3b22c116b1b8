/// One setting of the service: the one declaration that the reader, the flags' check, `--help` and the table in
/// docs/configuration.md share.
package struct Setting: Sendable {
    package enum Kind: String, Sendable {
        case text, number, boolean
    }

    /// Such as `chat.port`. The environment's name is `CHAT_PORT`, the flag `--chat-port`.
    package let key: String
    package let kind: Kind
    /// As a reader of the documentation sees it.
    package let standard: String
    /// The allowed values.
    package let range: String
    package let meaning: String
    /// Never printed or logged.
    package let isSecret: Bool

    init(
        _ key: String, _ kind: Kind, standard: String, range: String, isSecret: Bool = false, _ meaning: String
    ) {
        self.key = key
        self.kind = kind
        self.standard = standard
        self.range = range
        self.isSecret = isSecret
        self.meaning = meaning
    }

    package var environmentName: String {
        key.replacing(".", with: "_").uppercased()
    }

    package var flag: String {
        "--" + key.replacing(".", with: "-")
    }
}
