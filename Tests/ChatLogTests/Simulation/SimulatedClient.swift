import Chat
import ChatLog
import Synchronization

/// A person at one connection to one room, who sends a list of messages in order and again until each is answered for
/// good.
struct SimulatedClient {
    struct Item {
        enum Kind { case plain, refusedByValidator, reusedClientID }
        enum Progress { case unsent, sent, done }

        let draft: MessageDraft
        let kind: Kind
        var progress = Progress.unsent
    }

    let room: RoomID
    /// Messages that may be under way at once.
    let window: Int
    var items: [Item]
    var process: Int
    /// The connection: new after each reconnect.
    var connection: UInt64
    /// After a refusal nothing is sent until all that was sent is answered; then the rest goes again in order.
    var isRecovering = false

    var underWay: Int { items.count { $0.progress == .sent } }
    var isDone: Bool { items.allSatisfy { $0.progress == .done } }

    /// What to send next, if anything may be.
    mutating func nextToSend() -> Int? {
        if isRecovering {
            guard underWay == 0 else { return nil }
            isRecovering = false
        }
        return underWay < window ? items.firstIndex { $0.progress == .unsent } : nil
    }

    /// The connection is gone: what was not answered is sent again over another.
    mutating func reconnect(to process: Int, connection: UInt64) {
        self.process = process
        self.connection = connection
        isRecovering = false
        for index in items.indices where items[index].progress == .sent { items[index].progress = .unsent }
    }
}

/// The answers of the log that wait for their client.
final class Answers: Sendable {
    struct Answer: Sendable {
        let client: Int
        let connection: UInt64
        let item: Int
        /// Whether it answers a message that was sent once more than needed.
        let isExtra: Bool
        let result: Result<Acknowledgement, ChatError>
    }

    private struct State {
        var waiting: [Answer] = []
        var counts: [Int] = []
    }

    private let state = Mutex(State())

    /// Notes a message that will be answered.
    func expect() -> Int {
        state.withLock { state in
            state.counts.append(0)
            return state.counts.count - 1
        }
    }

    func give(_ answer: Answer, to submission: Int) {
        state.withLock { state in
            state.counts[submission] += 1
            state.waiting.append(answer)
        }
    }

    func takeFirst() -> Answer? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// How often each message was answered.
    var counts: [Int] { state.withLock(\.counts) }
}
