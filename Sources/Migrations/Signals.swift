import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks to stop, the second ends the program at once.
final class Signals {
    private final class First: Sendable {
        let number = Mutex<Int32?>(nil)
    }

    private let first = First()
    private let sources: [(number: Int32, source: any DispatchSourceSignal)]

    init() {
        // Whoever reads the output may leave; the work goes on.
        signal(SIGPIPE, SIG_IGN)
        sources = [SIGINT, SIGTERM].map { number in
            // Else the signal would end the program before the source sees it.
            signal(number, SIG_IGN)
            return (number, DispatchSource.makeSignalSource(signal: number))
        }
    }

    /// The first signal that came.
    var received: Int32? {
        first.number.withLock { $0 }
    }

    /// - Parameter action: called once, with the signal's name.
    func onFirst(_ action: @escaping @Sendable (String) -> Void) {
        for (number, source) in sources {
            source.setEventHandler { [first] in
                let isFirst = first.number.withLock { first in
                    defer { first = first ?? number }
                    return first == nil
                }
                guard isFirst else { exit(128 + number) }
                action(number == SIGINT ? "interrupted" : "told to end")
            }
            source.resume()
        }
    }
}
