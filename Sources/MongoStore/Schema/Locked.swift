internal import Synchronization

/// A value that several tasks share.
final class Locked<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) {
        storage = Mutex(value)
    }

    var value: Value {
        storage.withLock { $0 }
    }

    func withLock<Result: Sendable>(_ body: (inout sending Value) -> Result) -> Result {
        storage.withLock { value in body(&value) }
    }
}
