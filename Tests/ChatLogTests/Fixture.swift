import BSON
import Chat
import ChatLog
import Synchronization

/// Values for tests of the log.
enum Fixture {
    static let room = RoomID(stored: "room")
    static let start = ContinuousClock.now

    static func draft(
        _ clientID: String, _ content: String = "hello", room: RoomID = room, user: String = "anna"
    ) throws -> MessageDraft {
        try MessageDraft(
            roomID: room, author: Author(id: UserID(stored: user), username: user), content: content,
            clientID: clientID)
    }

    /// A stored message; its id grows with `seq`.
    static func message(
        _ seq: Int64, _ clientID: String = "other", content: String = "hello", room: RoomID = room,
        user: String = "anna"
    ) throws -> Message {
        let draft = try draft(clientID, content, room: room, user: user)
        let id = id(seq)
        return Message(
            id: id, roomID: room, seq: seq, userID: draft.author.id, username: user, content: content,
            timestamp: Timestamp(milliseconds: id.milliseconds), clientID: clientID, digest: draft.digest)
    }

    static func id(_ seq: Int64) -> ObjectID {
        ObjectID(time: 1_600_000_000_000 + seq, counter: 0, random: 7)
    }
}

/// What a sender was told.
final class Answer: Sendable {
    private let results = Mutex<[Result<Acknowledgement, ChatError>]>([])

    func completion(_ result: Result<Acknowledgement, ChatError>) {
        results.withLock { $0.append(result) }
    }

    var all: [Result<Acknowledgement, ChatError>] { results.withLock(\.self) }
    /// Nil until there is exactly one.
    var only: Result<Acknowledgement, ChatError>? { all.count == 1 ? all[0] : nil }
    var acknowledgement: Acknowledgement? { try? only?.get() }
    var isAnswered: Bool { !all.isEmpty }

    var error: ChatError? {
        guard case .failure(let error) = only else { return nil }
        return error
    }
}

extension Submission {
    init(
        _ draft: MessageDraft, _ answer: Answer = Answer(), sender: UInt64 = 1, resends: Bool = false,
        patience: Duration = .seconds(10)
    ) {
        self.init(
            draft: draft, ticket: SendTicket(answer.completion), sender: sender, resends: resends,
            deadline: Fixture.start.advanced(by: patience))
    }
}
