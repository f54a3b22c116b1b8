import Chat
import ChatLog
import Synchronization

/// What the processes of a simulation share: the collection, its faults, the time and the dice.
final class SimulatedWorld: Sendable {
    /// How probable each fault is, 0 to 1.
    struct Faults {
        var readFails = 0.0
        /// A write ends without an answer.
        var outcomeUnknown = 0.0
        /// The majority has what was written only later.
        var lag = 0.0

        static let none = Faults()
    }

    struct State {
        var dice: SeededGenerator
        var messages = SharedMessages()
        var faults = Faults.none
        var now: ContinuousClock.Instant
        var violations: [String] = []

        mutating func happens(_ probability: Double) -> Bool {
            probability > 0 && Double.random(in: 0..<1, using: &dice) < probability
        }

        mutating func random(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &dice) }
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(dice: SeededGenerator(seed: seed), now: .now))
    }

    func with<Value>(_ body: (inout State) throws -> sending Value) rethrows -> sending Value {
        try state.withLock { try body(&$0) }
    }

    func report(_ violation: String) {
        state.withLock { $0.violations.append(violation) }
    }
}

extension SimulatedWorld.State {
    /// An ordered write of a living process, with whatever goes wrong.
    mutating func append(_ batch: [Message]) -> AppendOutcome {
        guard happens(faults.outcomeUnknown) else {
            let (count, refusal) = messages.insert(batch[...])
            // What is acknowledged is the majority's; of a batch that stored nothing, nothing is.
            if count > 0 || !happens(faults.lag) { messages.commit() }
            return refusal.map { .refused(after: count, $0) } ?? .stored
        }
        let part = random(0...batch.count)
        switch random(0...4) {
        case 0: break  // It was lost on its way.
        case 1: _ = messages.insert(batch[...])  // The answer was lost.
        case 2: _ = messages.insert(batch[..<part])  // The primary stopped in the middle.
        case 3:  // It is still on its way, or under way.
            if messages.insert(batch[..<part]).refusal == nil { messages.insertLater(batch[part...]) }
        default:
            _ = messages.insert(batch[..<part])
            messages.changePrimary()
        }
        return .unknown(LogStorageError("no answer"))
    }

    /// A look at what the majority has.
    mutating func read<Value>(
        _ body: (SharedMessages) -> Value
    ) throws(LogStorageError) -> Value {
        if happens(faults.readFails) { throw LogStorageError("not reachable") }
        if !happens(faults.lag) { messages.commit() }
        return body(messages)
    }
}
