internal import ChatClient

/// How lines look: the same words in a terminal and in a pipe, with colours where they are wanted.
struct LineFormat {
    let usesColours: Bool
    /// What a line end inside a message becomes.
    let lineEnd: String
    private var lastDate = LocalTime.now().date

    init(usesColours: Bool, lineEnd: String) {
        self.usesColours = usesColours
        self.lineEnd = lineEnd
    }

    /// The lines for something to show, without their line ends.
    mutating func lines(for line: SessionLine) -> [String] {
        switch line {
        case .message(let message):
            return lines(for: message)
        case .older(let messages):
            let date = lastDate
            defer { lastDate = date }
            return [faint("--- older messages")] + messages.flatMap { lines(for: $0) } + [faint("---")]
        case .thread(let messages):
            let date = lastDate
            defer { lastDate = date }
            return [faint("--- thread")] + messages.flatMap { lines(for: $0) } + [faint("---")]
        case .found(let messages):
            let date = lastDate
            defer { lastDate = date }
            return [faint("--- found, newest first")] + messages.flatMap { lines(for: $0) } + [faint("---")]
        case .notice(let text), .information(let text):
            return [faint("-- \(TerminalText.neutralized(text))")]
        case .failure(let text):
            return [red("!! \(TerminalText.neutralized(text))")]
        }
    }

    private mutating func lines(for message: RoomMessage) -> [String] {
        var lines: [String] = []
        let time = LocalTime(timestamp: message.timestamp)
        if let time, time.date != lastDate {
            lastDate = time.date
            lines.append(faint("--- \(time.date)"))
        }
        let name = TerminalText.neutralized(message.username)
        let text = TerminalText.neutralized(message.content, lineEnd: lineEnd)
        let number = message.seq.map { faint(" #\($0)") } ?? ""
        let remark = message.remark.map { faint(" [\(TerminalText.neutralized($0))]") } ?? ""
        lines.append("\(faint(time?.time ?? "--:--"))\(number) \(coloured(name, by: message.userID)): \(text)\(remark)")
        return lines
    }

    func faint(_ text: String) -> String { usesColours ? "\u{1b}[2m\(text)\u{1b}[0m" : text }

    private func red(_ text: String) -> String { usesColours ? "\u{1b}[31m\(text)\u{1b}[0m" : text }

    /// Each user has one of six colours, the same in every session.
    private func coloured(_ text: String, by userID: String) -> String {
        guard usesColours else { return text }
        // FNV-1a (Fowler, Noll, Vo), as the language's own hash differs from run to run.
        let hash = userID.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return "\u{1b}[1;\(31 + hash % 6)m\(text)\u{1b}[0m"
    }
}
