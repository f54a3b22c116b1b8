internal import ChatClient

/// Plain lines: messages and notices on the standard output, failures on the standard error.
struct PipeDisplay: SessionDisplay {
    private var format = LineFormat(usesColours: false, lineEnd: " ⏎ ")
    /// Somebody still reads the output.
    private(set) var isRead = true

    mutating func show(_ line: SessionLine) {
        if case .failure(let text) = line {
            return StandardStreams.error(TerminalText.neutralized(text))
        }
        let text = format.lines(for: line).map { $0 + "\n" }.joined()
        if isRead { isRead = StandardStreams.write(text) }
    }

    mutating func update(_ status: SessionStatus, typing: [String]) {}
}
