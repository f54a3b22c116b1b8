internal import ChatClient

/// Turns the bytes of the keyboard into events of the session, and keeps the line on the screen up to date.
struct Keyboard {
    private var decoder = KeyDecoder()
    private var editor = LineEditor()

    mutating func events(for bytes: [UInt8], _ display: inout TerminalDisplay) -> [SessionEvent] {
        var events: [SessionEvent] = []
        for key in decoder.decode(bytes) {
            switch editor.handle(key) {
            case .nothing: break
            case .changed: events.append(.edited(isEmpty: editor.isEmpty))
            case .submitted(let line): events.append(.line(line))
            case .interrupted: events.append(.interrupted)
            case .endOfFile: events.append(.line("/quit"))
            case .suspend:
                display.leave()
                RawTerminal.suspend()
                display.redraw()
            case .redraw: display.clear()
            }
        }
        display.update(editor)
        return events
    }
}
