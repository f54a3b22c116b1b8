import Chat
import ChatLog
import Synchronization

/// Where the logs end of which nothing is kept: so numbers go on where they were, also when a room was let go meanwhile.
final class NullTails: Sendable {
    private let tails = Mutex<[RoomID: LogTail]>([:])

    func tail(of room: RoomID) -> LogTail {
        tails.withLock { $0[room] ?? .empty }
    }

    func note(_ message: Message) {
        tails.withLock { $0[message.roomID] = LogTail(seq: message.seq, id: message.id) }
    }
}
