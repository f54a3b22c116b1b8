import ChatClient
import NIOCore
import TestSupport

/// Somebody who listens to a room, comes back whenever the socket ends, and notes what is seen.
struct RoomListener: Sendable {
    /// Longer silence than the server's presence frames allow: the connection is dead.
    private static let maximumSilence: Duration = .seconds(15)

    let room: String
    let user: String
    /// Listens at `/events` instead.
    let isEventListener: Bool
    var dialer: NodeDialer
    let phase: RunPhase
    var log: SeenLog

    init(room: String, user: String, isEventListener: Bool, dialer: NodeDialer, phase: RunPhase) {
        self.room = room
        self.user = user
        self.isEventListener = isEventListener
        self.dialer = dialer
        self.phase = phase
        log = SeenLog(of: user, in: room)
    }

    /// Returns when the room's last message was seen, or it was waited for too long.
    mutating func run() async -> SeenLog {
        while !isDone, !Task.isCancelled {
            guard
                let socket = await dialer.connect("/chat/\(room)\(isEventListener ? "/events" : "")", user: user)
            else { continue }
            log.opened(isEventListener ? .anywhere : .history)
            await listen(to: socket)
            await socket.connection.abort()
        }
        if phase.isLate { log.blame("the last message seen is \(log.lastSeq)") }
        return log
    }

    private var isDone: Bool {
        guard let lastSeq = phase.lastSeq(of: room) else { return false }
        // Who joined the events after the last message has nothing to see.
        return log.lastSeq >= lastSeq || phase.isLate || (isEventListener && hasJoinedLate)
    }

    /// This socket of `/events` was opened when nothing was sent any more.
    private var hasJoinedLate = false

    private mutating func listen(to socket: TestSocket) async {
        hasJoinedLate = !phase.isSending
        var lastFrame = ContinuousClock.now
        while !isDone {
            do {
                guard let frame = try await socket.connection.next(within: .milliseconds(500)) else { return }
                lastFrame = .now
                if let text = frame.text { log.see(try JSON(text)) }
            } catch let error as ChatClientError where error.code == .timeout {
                if lastFrame.duration(to: .now) > Self.maximumSilence { return }
            } catch {
                return
            }
        }
    }
}
