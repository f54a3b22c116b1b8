internal import Dispatch
internal import Synchronization
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The terminal, with every key handed over as it is pressed; given back as it was found, however the program ends.
enum RawTerminal {
    /// How the terminal was before; `nil` while it is not changed.
    private static let original = Mutex<termios?>(nil)

    /// Whether a person sits at both ends, at a terminal that understands cursor movements.
    static var isPossible: Bool {
        let type = LocalTokens.environment("TERM")
        return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && type != nil && type != "dumb"
    }

    /// NO_COLOR (no-color.org): any value but the empty one.
    static var wantsColours: Bool { LocalTokens.environment("NO_COLOR") == nil }

    /// Begins, also again after ``restore()``. What the user pastes arrives in brackets.
    static func enter() {
        original.withLock { original in
            guard original == nil else { return }
            var state = termios()
            guard tcgetattr(STDIN_FILENO, &state) == 0 else { return }
            original = state
            state.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
            state.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON)
            tcsetattr(STDIN_FILENO, TCSADRAIN, &state)
            StandardStreams.write("\u{1b}[?2004h")
        }
        _ = restoresAtExit
    }

    /// Also runs when something deep inside calls `exit`.
    private static let restoresAtExit: Int32 = atexit { RawTerminal.restore() }

    static func restore() {
        original.withLock { original in
            guard var state = original else { return }
            original = nil
            StandardStreams.write("\u{1b}[?2004l")
            tcsetattr(STDIN_FILENO, TCSADRAIN, &state)
        }
    }

    /// Gives the terminal back, stops this program as Ctrl-Z does, and begins again when it goes on.
    static func suspend() {
        restore()
        // Unlike `kill`, this stops the calling thread at once, so nothing is drawn until the program goes on.
        raise(SIGSTOP)
        enter()
    }

    /// In characters; 80 where it is not known.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Hands the keyboard's bytes over, from a thread of its own; an empty piece means that the terminal is gone.
    static func readKeys(deliver: @escaping @Sendable ([UInt8]) -> Void) {
        DispatchQueue(label: "keyboard").async {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return deliver([]) }
                deliver(Array(buffer[..<count]))
            }
        }
    }
}
