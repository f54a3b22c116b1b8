import BSON
import Chat
import ChatLog
import Dispatch

/// A change lane's thread for benchmarks.
struct NullChangeThread: ChangeThread {
    private let queue = DispatchQueue(label: "changes")

    func enqueue(_ job: @escaping @Sendable (any ChangeStorage) -> Void) {
        queue.async { job(NullChangeStorage()) }
    }
}

/// The storage of changes for benchmarks: where no message is kept, none can be changed.
struct NullChangeStorage: ChangeStorage {
    func lastRev(of room: RoomID, hint: Int64) throws(LogStorageError) -> Int64? { 0 }
    func changes(in room: RoomID, revs: ClosedRange<Int64>) throws(LogStorageError) -> [AppliedChange] { [] }
    func changes(ids: [ObjectID]) throws(LogStorageError) -> [AppliedChange] { [] }

    func apply(_ batch: [PlannedChange], after revs: [RoomID: Int64]) -> ChangeOutcome {
        .done(batch.map { _ in .failure(.notFound("messages are not kept here")) })
    }

    func pause(beforeAttempt attempt: Int) {}
}
