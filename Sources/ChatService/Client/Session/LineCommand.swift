/// What a line that a person entered means.
package enum LineCommand: Hashable, Sendable {
    case say(String)
    case quit
    case who
    case history
    /// `nil`: go on with the last search.
    case search(String?)
    case help
    case unknown(String)
    /// Nothing but space.
    case nothing

    /// A line that begins with `/` is a command; with `//` it is text that begins with `/`.
    package init(_ line: String) {
        let text = line.trimmingSpace()
        guard !text.isEmpty else {
            self = .nothing
            return
        }
        guard text.hasPrefix("/"), !text.hasPrefix("//") else {
            self = .say(text.hasPrefix("//") ? String(text.dropFirst()) : String(line.trimmingLineEnd()))
            return
        }
        let name = text.prefix { !$0.isWhitespace }
        let rest = text.dropFirst(name.count).trimmingSpace()
        self =
            switch name {
            case "/quit", "/q", "/exit": .quit
            case "/who": .who
            case "/history": .history
            case "/search": .search(rest.isEmpty ? nil : String(rest))
            case "/help", "/?": .help
            default: .unknown(String(name))
            }
    }

    package static let summary = [
        "type a line to send it; a line that begins with // is sent with one /",
        "/who           who is online",
        "/history       older messages",
        "/search TEXT   messages that hold TEXT; /search alone goes on",
        "/quit          leave (also Ctrl-D on an empty line)",
    ]
}

extension StringProtocol {
    fileprivate func trimmingSpace() -> Substring {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    fileprivate func trimmingLineEnd() -> Substring {
        var text = Substring(self)
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }
}
