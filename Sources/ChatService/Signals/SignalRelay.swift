import BSON
import Chat
import Synchronization

/// Where sessions leave what sockets of other processes are to hear. Never waits, and keeps nothing while there is no other
/// process.
final class SignalRelay: Sendable {
    let state = Mutex(SignalBoard())

    func send(_ signal: Signal) {
        state.withLock { $0.add(signal) }
    }

    func send(_ read: ReadSignal) {
        state.withLock { $0.add(read) }
    }
}
