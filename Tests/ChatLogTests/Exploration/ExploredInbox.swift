import Chat
import ChatLog
import Synchronization

/// The answers of the logs, as they come.
final class ExploredInbox: Sendable {
    struct Submission {
        let client: Int
        let connection: UInt64
        let item: Int
        /// Whether it was sent once more than needed.
        let isExtra: Bool
        /// The number of the process that it was sent to.
        let process: Int
    }

    struct Answer: Sendable {
        let submission: Int
        let result: Result<Acknowledgement, ChatError>
    }

    private let answers = Mutex<[Answer]>([])

    func add(_ submission: Int, _ result: Result<Acknowledgement, ChatError>) {
        answers.withLock { $0.append(Answer(submission: submission, result: result)) }
    }

    func take() -> [Answer] {
        answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}

/// A message's key among those of all rooms.
struct SharedKey: Hashable {
    let room: RoomID
    let key: ClientKey
}
