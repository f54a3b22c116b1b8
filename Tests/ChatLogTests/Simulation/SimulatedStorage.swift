import Chat
import ChatLog
import Synchronization

/// The storage of one simulated process. Each call may be interrupted by what others do, before it takes effect and
/// before its answer comes.
struct SimulatedStorage: LogStorage {
    let world: SimulatedWorld
    let thread: SteppedThread
    let life: ProcessLife

    func currentRun() throws(LogStorageError) -> StorageRun { StorageRun("the only one") }

    func checkSchema() throws(LogStorageError) {
        try read { _ in }
    }

    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool {
        try read { messages in
            let found = messages.messages(in: room, seqs: message.seq...message.seq).first
            return message.id == nil ? found != nil : found?.id == message.id
        }
    }

    func raiseEpoch(of room: RoomID) throws(LogStorageError) {
        world.report("the epoch of \(room) was raised although nothing was lost")
    }

    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail? {
        if hint < 0 { world.report("a tail was looked for from \(hint)") }
        return try read { $0.tail(of: room) }
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message] {
        try read { $0.messages(in: room, seqs: seqs) }
    }

    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message] {
        try read { $0.messages(in: room, keys: keys) }
    }

    func append(_ messages: [Message]) -> AppendOutcome {
        thread.stop()
        let outcome: AppendOutcome = world.with { state in
            if life.isAlive { return state.append(messages) }
            // The process was killed; its last write may be on its way.
            if state.happens(0.5) { state.messages.insertLater(messages[...]) }
            return .unknown(LogStorageError("killed"))
        }
        stopSometimes()
        return outcome
    }

    func pause(beforeAttempt attempt: Int) {
        thread.stop()
    }

    private func read<Value: Sendable>(_ body: (SharedMessages) -> Value) throws(LogStorageError) -> Value {
        thread.stop()
        guard life.isAlive else { throw LogStorageError("killed") }
        let result: Result<Value, LogStorageError> = world.with { state in
            do throws(LogStorageError) {
                return .success(try state.read(body))
            } catch {
                return .failure(error)
            }
        }
        stopSometimes()
        return try result.get()
    }

    private func stopSometimes() {
        if world.with({ $0.happens(0.3) }) { thread.stop() }
    }
}

/// Whether a simulated process was killed.
final class ProcessLife: Sendable {
    private let killed = Atomic(false)

    var isAlive: Bool { !killed.load(ordering: .relaxed) }

    func end() { killed.store(true, ordering: .relaxed) }
}
