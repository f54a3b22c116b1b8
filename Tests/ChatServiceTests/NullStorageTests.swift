import BSON
import Chat
import ChatLog
import Testing

@testable import ChatService

@Suite("The storage that keeps nothing, for benchmarks")
struct NullStorageTests {
    private let tails = NullTails()

    @Test("It acknowledges what it does not keep, and remembers only where the log ends")
    func acknowledges() throws {
        let storage = NullLogStorage(tails: tails)
        #expect(try storage.tail(of: Sample.room, hint: 0) == .empty)
        guard case .stored = storage.append([message(1), message(2)]) else {
            Issue.record("the batch was not acknowledged")
            return
        }
        #expect(try storage.tail(of: Sample.room, hint: 0) == LogTail(seq: 2, id: message(2).id))
        #expect(try storage.messages(in: Sample.room, seqs: 1...2).isEmpty)
    }

    @Test("A room that is opened anew begins behind what was sent before, so nobody waits for what is not there")
    func beginsBehind() async throws {
        let storage = NullLogStorage(tails: tails)
        _ = storage.append([message(1), message(2)])
        let store = NullChatStore(tails: tails)
        let room = try await store.roomCreatingIfMissing(Sample.room, by: UserID(stored: "anna"))
        #expect(room.kind == .public)
        #expect(room.firstSeq == 3)
        #expect(try await store.newestMessages(of: room, limit: 50).isEmpty)
    }

    private func message(_ seq: Int64) -> Message {
        let id = ObjectID(time: 1_600_000_000_000 + seq, counter: 0, random: 7)
        return Message(
            id: id, roomID: Sample.room, seq: seq, userID: UserID(stored: "anna"), username: "Anna", content: "hello",
            timestamp: Timestamp(milliseconds: id.milliseconds), clientID: "c-\(seq)", digest: nil)
    }
}
