internal import Dispatch
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Signals as calls, while this value lives.
final class Signals {
    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - ending: for the signals that ask a program to end.
    ///   - resized: for a new size of the terminal's window.
    init(ending: @escaping @Sendable () -> Void, resized: @escaping @Sendable () -> Void = {}) {
        let handlers = [(SIGINT, ending), (SIGTERM, ending), (SIGHUP, ending), (SIGWINCH, resized)]
        sources = handlers.map { number, handler in
            // Without this the signal's own effect comes first.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler(handler: handler)
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
