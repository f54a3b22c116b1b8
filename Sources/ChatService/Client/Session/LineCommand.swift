/// What a line that a person entered means.
package enum LineCommand: Hashable, Sendable {
    case say(String)
    case quit
    case who
    case history
    /// `nil`: go on with the last search.
    case search(String?)
    case help
    /// Without a number: one's own last message.
    case edit(Int64?, String)
    case delete(Int64?)
    case react(Int64, String, isAdded: Bool)
    case reply(Int64, String)
    /// Without a text: shows the thread.
    case thread(Int64, String?)
    case pin(Int64, isAdded: Bool)
    case unread
    /// Without a number: everything that was shown.
    case read(Int64?)
    case status(String, String?)
    /// A command that lacks something; how it is used.
    case incomplete(String)
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
            case "/unread": .unread
            default: Self.aboutMessage(name, rest) ?? .unknown(String(name))
            }
    }

    private static func aboutMessage(_ name: Substring, _ rest: Substring) -> LineCommand? {
        let (number, text) = numbered(rest)
        switch name {
        case "/edit": return text.isEmpty ? .incomplete("/edit [#N] TEXT") : .edit(number, String(text))
        case "/delete": return text.isEmpty ? .delete(number) : .incomplete("/delete [#N]")
        case "/react":
            guard let number, !text.isEmpty else { return .incomplete("/react #N EMOJI, or /react #N -EMOJI") }
            return text.hasPrefix("-")
                ? .react(number, String(text.dropFirst()), isAdded: false) : .react(number, String(text), isAdded: true)
        case "/reply":
            guard let number, !text.isEmpty else { return .incomplete("/reply #N TEXT") }
            return .reply(number, String(text))
        case "/thread":
            guard let number else { return .incomplete("/thread #N [TEXT]") }
            return .thread(number, text.isEmpty ? nil : String(text))
        case "/pin", "/unpin":
            guard let number, text.isEmpty else { return .incomplete("\(name) #N") }
            return .pin(number, isAdded: name == "/pin")
        case "/read": return text.isEmpty ? .read(number) : .incomplete("/read [#N]")
        case "/status":
            let word = rest.prefix { !$0.isWhitespace }
            guard !word.isEmpty else { return .incomplete("/status online|away|busy|invisible [TEXT]") }
            let words = rest.dropFirst(word.count).trimmingSpace()
            return .status(String(word), words.isEmpty ? nil : String(words))
        default: return nil
        }
    }

    /// A message's number, with `#` before it, and what stands behind.
    private static func numbered(_ text: Substring) -> (Int64?, Substring) {
        guard text.hasPrefix("#") else { return (nil, text) }
        let word = text.prefix { !$0.isWhitespace }
        guard let number = Int64(word.dropFirst()), number > 0 else { return (nil, text) }
        return (number, text.dropFirst(word.count).trimmingSpace())
    }

    package static let summary = [
        "type a line to send it; a line that begins with // is sent with one /",
        "/who                who is online",
        "/history            older messages",
        "/search TEXT        messages that hold TEXT; /search alone goes on",
        "/reply #41 TEXT     answers message 41",
        "/thread #41 [TEXT]  shows the thread of message 41, or says something in it",
        "/edit [#41] TEXT    changes a message, without a number your last",
        "/delete [#41]       deletes it",
        "/react #41 👍       gives a reaction; -👍 takes it back",
        "/pin #41, /unpin #41",
        "/read [#41]         you have read up to there; /unread shows what you have not, in all rooms",
        "/status busy [TEXT] online, away, busy or invisible",
        "/quit               leave (also Ctrl-D on an empty line)",
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
