internal import ChatClient

/// Messages that scroll up, and below them two lines that stay: the state of things and the line being written.
///
/// Both of these always fit into one row, so clearing them is: one row up, then everything below.
struct TerminalDisplay: SessionDisplay {
    private let room: String
    private var format: LineFormat
    private var columns = RawTerminal.columns
    private var status: SessionStatus?
    private var typing: [String] = []
    private var editor = LineEditor()
    /// The widths of the two lines as they stand on the screen; `nil` when they do not.
    private var drawn: (status: Int, inputBeforeCursor: Int)?

    init(room: String) {
        self.room = room
        self.format = LineFormat(usesColours: RawTerminal.wantsColours, lineEnd: "\n      ")
    }

    mutating func show(_ line: SessionLine) {
        let text = format.lines(for: line).map { $0 + "\n" }.joined()
        StandardStreams.write(erasing() + text + drawing())
    }

    mutating func update(_ status: SessionStatus, typing: [String]) {
        guard status != self.status || typing != self.typing else { return }
        self.status = status
        self.typing = typing
        redraw()
    }

    mutating func update(_ editor: LineEditor) {
        self.editor = editor
        redraw()
    }

    mutating func redraw() { StandardStreams.write(erasing() + drawing()) }

    /// The whole screen anew: what stood there is only a scroll away.
    mutating func clear() {
        drawn = nil
        columns = RawTerminal.columns
        StandardStreams.write("\u{1b}[2J\u{1b}[H" + drawing())
    }

    /// Terminals break lines anew when the window gets narrower, so the two lines may have become more rows.
    mutating func resized() {
        let columns = RawTerminal.columns
        guard columns != self.columns else { return }
        self.columns = columns
        redraw()
    }

    /// Takes the two lines off the screen, for good or for a while.
    mutating func leave() { StandardStreams.write(erasing()) }

    private mutating func erasing() -> String {
        guard let drawn else { return "" }
        self.drawn = nil
        let rowsAbove = max(1, (drawn.status + columns - 1) / columns) + drawn.inputBeforeCursor / columns
        return "\r\u{1b}[\(rowsAbove)A\u{1b}[J"
    }

    private mutating func drawing() -> String {
        // The last column stays free: writing there makes terminals wait to wrap, each in its own way.
        let state = DisplayWidth.prefix(stateLine, columns: columns - 1)
        let prompt = "> "
        let input = editor.view(columns: columns - prompt.count)
        let column = prompt.count + input.cursorColumn
        drawn = (DisplayWidth.of(state), column)
        return "\(format.faint(state))\n\(prompt)\(input.text)\r\u{1b}[\(column)C"
    }

    private var stateLine: String {
        var parts = [room]
        if let status {
            switch status.connection {
            case .connecting: parts.append("connecting …")
            case .connected: parts.append("\(status.onlineCount) online")
            case .reconnecting: parts.append("no connection, trying again …")
            }
            if status.waitingLines > 0 { parts.append("\(status.waitingLines) not sent yet") }
        }
        if !typing.isEmpty {
            let names = typing.prefix(3).map { TerminalText.neutralized($0) }.joined(separator: ", ")
            let more = typing.count > 3 ? " and others" : ""
            parts.append("\(names)\(more) \(typing.count == 1 ? "is" : "are") typing …")
        }
        return "── " + parts.joined(separator: " · ")
    }
}
