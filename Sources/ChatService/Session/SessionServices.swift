import Chat
import NIOCore

/// What the sessions of one event loop share.
final class SessionServices: Sendable {
    let admission: Admission
    let conversation: Conversation
    let reading: Reading
    let mentions: MentionDirectory
    let sockets: UserSockets
    let people: People
    let rooms: RoomService
    let loop: LoopServices
    let limits: SocketLink.Limits

    init(
        admission: Admission, conversation: Conversation, reading: Reading, mentions: MentionDirectory,
        sockets: UserSockets, people: People, rooms: RoomService, loop: LoopServices, limits: SocketLink.Limits
    ) {
        self.admission = admission
        self.conversation = conversation
        self.reading = reading
        self.mentions = mentions
        self.sockets = sockets
        self.people = people
        self.rooms = rooms
        self.loop = loop
        self.limits = limits
    }

    /// Runs what waits, and brings its outcome back to the event loop.
    ///
    /// - Parameter outcome: called on the loop.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(ChatError) -> Value,
        outcome: @escaping (Result<Value, ChatError>) -> Void
    ) {
        let outcome = NIOLoopBound(outcome, eventLoop: loop.wheel.eventLoop)
        Task { [loop] in
            let result: Result<Value, ChatError>
            do throws(ChatError) { result = .success(try await body()) } catch { result = .failure(error) }
            loop.wheel.eventLoop.execute { outcome.value(result) }
        }
    }
}
