import ChatClient
import NIOCore
import TestSupport

/// Somebody who sends numbered messages to a room, several at a time, and each until it is acknowledged: again on
/// another socket when this one dies, again on this one when it was refused with `unavailable`.
struct RoomSender: Sendable {
    /// The service answers within its patience, or the connection is dead.
    private static let maximumSilenceSeconds: Int64 = 6

    /// Messages that may be under way at once.
    let window: Int
    var dialer: NodeDialer
    let phase: RunPhase
    var record: SenderRecord
    var log: SeenLog

    init(room: String, user: String, window: Int, dialer: NodeDialer, phase: RunPhase) {
        self.window = window
        self.dialer = dialer
        self.phase = phase
        record = SenderRecord(room: room, user: user)
        log = SeenLog(of: user, in: room)
    }

    /// Returns when nothing more is to be sent and all is acknowledged, or that was waited for too long.
    mutating func run() async -> (record: SenderRecord, log: SeenLog) {
        while !isDone, !phase.isLate, !Task.isCancelled {
            guard let socket = await dialer.connect("/chat/\(record.room)", user: record.user) else { continue }
            log.opened(.history)
            var conversation = Conversation(next: record.firstUnacknowledged)
            // Any end of the socket is one: what was not answered is sent on the next.
            try? await converse(on: socket, &conversation)
            await socket.connection.abort()
        }
        if !isDone { record.blame("\(record.firstUnacknowledged)...\(record.sentThrough) were not acknowledged") }
        return (record, log)
    }

    private var isDone: Bool { !phase.isSending && record.isComplete }

    /// What was said on one socket.
    private struct Conversation {
        var next: Int
        /// Sent here and not answered.
        var open: Set<Int> = []
        /// After a refusal nothing is sent until all that was sent before is answered, and then from the first on:
        /// what the connection queued behind a refused message is refused too, so order is kept.
        var isRefused = false
    }

    private mutating func converse(on socket: TestSocket, _ conversation: inout Conversation) async throws {
        while !isDone, !phase.isLate {
            if conversation.isRefused, conversation.open.isEmpty {
                // Now and then at another node.
                if Int.random(in: 0..<4, using: &dialer.random) == 0 { return }
                conversation.isRefused = false
                conversation.next = record.firstUnacknowledged
            }
            try await send(on: socket, &conversation)
            guard let frame = try await socket.connection.next(within: .seconds(Self.maximumSilenceSeconds)) else {
                return
            }
            if let text = frame.text { take(try JSON(text), &conversation) }
        }
    }

    private mutating func send(on socket: TestSocket, _ conversation: inout Conversation) async throws {
        while !conversation.isRefused, conversation.open.count < window {
            while record.acknowledged[conversation.next] != nil { conversation.next += 1 }
            let number = conversation.next
            guard number <= record.sentThrough || phase.isSending else { return }
            record.sentThrough = max(record.sentThrough, number)
            conversation.open.insert(number)
            conversation.next += 1
            try await socket.say(record.content(of: number), clientID: "\(number)")
        }
    }

    private mutating func take(_ frame: JSON, _ conversation: inout Conversation) {
        switch frame.type {
        case "ack", "error":
            guard let number = frame["ref"]?.text.flatMap({ Int($0) }), conversation.open.remove(number) != nil else {
                return record.blame("an answer to nothing: \(frame)")
            }
            if frame.type == "ack" {
                record.acknowledge(number, frame)
            } else {
                record.refuse(number, frame)
                conversation.isRefused = true
            }
        default:
            log.see(frame)
        }
    }
}
