import ChatClient
import NIOCore
import TestSupport

/// One client of a random history: does random things, is cut off at random points, and comes back with its cursor.
struct RoomActor: Sendable {
    let room: String
    let user: String
    let chat: ChatFixture
    /// Two processes on one database.
    let servers: [ChatServer]
    var random: SeededGenerator
    var picture = RoomPicture()
    private var sent = 0

    init(room: String, user: String, chat: ChatFixture, servers: [ChatServer], seed: UInt64) {
        self.room = room
        self.user = user
        self.chat = chat
        self.servers = servers
        random = SeededGenerator(seed: seed)
    }

    /// One socket's life: some frames are read, some things done, in any order; then the connection breaks.
    mutating func act() async throws {
        let socket = try await open()
        // Most see first what there is, so that they have something to change.
        if Int.random(in: 0..<4, using: &random) > 0 {
            try await read(Int.random(in: 2...12, using: &random), from: socket)
        }
        for _ in 0..<Int.random(in: 2...8, using: &random) {
            if Int.random(in: 0..<3, using: &random) == 0 {
                try await read(Int.random(in: 1...8, using: &random), from: socket)
            } else {
                try? await socket.send(operation())
            }
        }
        // What was sent last is lost with the connection, unless the service has read it.
        if Int.random(in: 0..<4, using: &random) > 0 {
            try await read(Int.random(in: 1...4, using: &random), from: socket)
        }
        await socket.connection.abort()
    }

    /// More than stays in memory.
    mutating func sayMuch() async throws {
        let socket = try await open()
        for _ in 1...60 {
            sent += 1
            try? await socket.send(message())
        }
        try await read(Int.random(in: 1...80, using: &random), from: socket)
        await socket.connection.abort()
    }

    /// Comes back and reads on until the picture is the room's as it is stored.
    /// - Returns: what is wrong; empty: nothing.
    mutating func finish() async throws -> [String] {
        let socket = try await open()
        let deadline = ContinuousClock.now + .seconds(20)
        var stored: [Int: JSON] = [:]
        repeat {
            try await read(1_000, from: socket)
            guard picture.isCurrent else { continue }
            stored = picture.known(of: try await storedMessages())
            if picture.messages == stored { break }
        } while ContinuousClock.now < deadline
        await socket.connection.abort()
        var wrong = picture.violations
        if !picture.isCurrent { wrong.append("never current") }
        for seq in Set(picture.messages.keys).union(stored.keys).sorted()
        where picture.messages[seq] != stored[seq] {
            wrong.append(
                """
                message \(seq) is seen as \(picture.messages[seq] ?? .null), \
                stored as \(stored[seq] ?? .null)
                """)
        }
        return wrong.map { "\(user) in \(room): \($0)" }
    }

    // MARK: Sockets

    private mutating func open() async throws -> TestSocket {
        picture.opened()
        let server = servers[Int.random(in: 0..<10, using: &random) < 8 ? 0 : servers.count - 1]
        return try await chat.joinV2(room, user, cursor: picture.cursor, on: server)
    }

    /// Reads so many frames, or until nothing comes for a moment.
    private mutating func read(_ count: Int, from socket: TestSocket) async throws {
        for _ in 0..<count {
            do {
                guard let text = try await socket.connection.next(within: .milliseconds(15))?.text else { return }
                picture.see(try JSON(text))
            } catch let error as ChatClientError where error.code == .timeout {
                return
            }
        }
    }

    /// What one gets who asks for all, of the process that has least of it in memory.
    private func storedMessages() async throws -> [Int: JSON] {
        let page = try await chat.get("/chat/\(room)/history?limit=200", user, on: servers[servers.count - 1])
        return Dictionary(
            (page.body["messages"]?.array ?? []).map { ($0["seq"]?.int ?? -1, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    // MARK: What one does

    private mutating func operation() -> String {
        sent += 1
        let known = picture.messages.values.compactMap { $0["_id"]?.text }.sorted().randomElement(using: &random)
        let roots = picture.messages.values.filter { $0["thread_id"] == nil }.compactMap { $0["_id"]?.text }
        let fields = #""room_id":"\#(room)","ref":"\#(user)-\#(sent)""#
        guard let known else { return message() }
        let op = Bool.random(using: &random) ? "add" : "remove"
        let reaction = ["👍", "🎉", ":tada:"].randomElement(using: &random) ?? "👍"
        return switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: message()
        case 4: message(#","reply_to":"\#(known)""#)
        case 5: message(#","thread_id":"\#(roots.sorted().randomElement(using: &random) ?? known)""#)
        case 6: #"{"type":"edit","message_id":"\#(known)","content":"edited \#(sent)",\#(fields)}"#
        case 7: #"{"type":"delete","message_id":"\#(known)",\#(fields)}"#
        case 8: #"{"type":"pin","message_id":"\#(known)","op":"\#(op)",\#(fields)}"#
        default: #"{"type":"reaction","message_id":"\#(known)","reaction":"\#(reaction)","op":"\#(op)",\#(fields)}"#
        }
    }

    private func message(_ fields: String = "") -> String {
        #"{"type":"message","content":"\#(user) \#(sent)","client_id":"\#(user)-\#(sent)"\#(fields)}"#
    }
}
