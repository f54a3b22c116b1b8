import BSON
import ChatClient
import MongoStore
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@Suite("A room that thousands come to and are put out of at once, by two processes", .serialized)
struct RoomConcurrencyTests {
    private static let count = 1_000
    /// So many of each kind have a socket in the room.
    private static let connected = 30

    /// Of the kicked, some leave by themselves at the same time; of the banned, some join again.
    private static let alsoActing = 100

    @Test(
        "After 1,000 joins, 1,000 kicks and 1,000 bans at once, memory, database and open sockets say the same",
        .timeLimit(.minutes(10)))
    func storm() async throws {
        try await ChatFixture.with { chat in
            try await cast(chat)
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let servers = [chat.server, second]
            let connected = try await connect(chat, servers)
            let start = ContinuousClock.now
            let done = try await rush(chat, servers)
            let time = start.duration(to: .now)
            print("\(Self.count) joins, \(done.kicks) kicks and \(done.bans) bans in \(time)")
            #expect(time < .seconds(180))
            let members = Set(["owner"] + Self.moderators + Self.names("join"))
            // Over the process that has not done the last act, maybe.
            #expect(
                try await chat.post("/chat/hall/messages", "owner", #"{"content":"the end"}"#, on: second).status == 201
            )
            for listener in connected + done.listeners {
                let end = try await listener.end.value
                #expect(end == listener.expected, "\(listener.user)")
            }
            try await checkRecord(chat, done)
            for server in servers { try await checkLists(chat, server, members) }
            try await checkCounts(chat, members.count)
            // One that comes later sees the same.
            let fresh = try await ChatServer.start(uri: chat.uri, database: chat.database)
            try await checkLists(chat, fresh, members.union(["late"]))
            let full = try await chat.request(.PUT, "/rooms/hall/members/later", "later", on: fresh)
            #expect(full.status == 403, "\(full)")
            for server in [second, fresh] { await server.stop() }
        }
    }

    private static let moderators = (0..<4).map { "mod\($0)" }

    private static func names(_ kind: String) -> [String] { (0..<count).map { "\(kind)\($0)" } }

    /// Who is to be put out is a member already.
    private func cast(_ chat: ChatFixture) async throws {
        try await chat.makeRoom("hall", "public")
        for user in Self.moderators { try await chat.put(user, in: "hall", as: "moderator") }
        try await chat.withDatabase { connection in
            let people = Self.names("kick") + Self.names("ban")
            let all = people.map { NewMember(room: "hall", user: $0, role: "member", joinedSeq: 0) }
            _ = try connection.members.joinAll(all, at: 1_700_000_000_000)
        }
    }

    /// A socket that is read all the time.
    private struct Listener: Sendable {
        let user: String
        /// The code with which it is closed, or the words that all are told in the end.
        let expected: String
        let end: Task<String, any Error>

        init(_ user: String, expected: String, _ socket: TestSocket) {
            self.user = user
            self.expected = expected
            end = Task {
                while let frame = try await socket.connection.next(within: .seconds(90)) {
                    if frame.text?.contains(#""content":"the end""#) ?? false { return "the end" }
                }
                return "\(socket.connection.closeReason?.code ?? 0)"
            }
        }
    }

    private func connect(_ chat: ChatFixture, _ servers: [ChatServer]) async throws -> [Listener] {
        var listeners: [Listener] = []
        for number in 0..<Self.connected {
            for (kind, code) in [("kick", "4503"), ("ban", "4504")] {
                // Those who do nothing else meanwhile.
                let user = "\(kind)\(Self.count - 1 - number)"
                let socket = try await chat.joinV2("hall", user, on: servers[number % servers.count])
                listeners.append(Listener(user, expected: code, socket))
            }
        }
        return listeners
    }

    private struct Done: Sendable {
        var kicks = 0
        var bans = 0
        var listeners: [Listener] = []
    }

    private enum Outcome: Sendable {
        case kicked, banned, came(Listener), other
    }

    private func rush(_ chat: ChatFixture, _ servers: [ChatServer]) async throws -> Done {
        let lanes = 24
        return try await withThrowingTaskGroup(of: [Outcome].self) { group in
            for lane in 0..<lanes {
                for act in [join, kick, ban] {
                    group.addTask {
                        var outcomes: [Outcome] = []
                        for number in stride(from: lane, to: Self.count, by: lanes) {
                            outcomes.append(try await act(number, servers[number / lanes % 2], chat))
                        }
                        return outcomes
                    }
                }
                group.addTask {
                    for number in stride(from: lane, to: Self.alsoActing, by: lanes) {
                        let path = "/rooms/hall/members"
                        _ = try await ask(.DELETE, "\(path)/kick\(number)", "kick\(number)", chat, servers[1])
                        _ = try await ask(.PUT, "\(path)/ban\(number)", "ban\(number)", chat, servers[0])
                    }
                    return []
                }
            }
            var done = Done()
            for try await outcomes in group {
                for outcome in outcomes { count(outcome, in: &done) }
            }
            return done
        }
    }

    private func count(_ outcome: Outcome, in done: inout Done) {
        switch outcome {
        case .kicked: done.kicks += 1
        case .banned: done.bans += 1
        case .came(let listener): done.listeners.append(listener)
        case .other: break
        }
    }

    /// Over a socket or over REST.
    private func join(_ number: Int, _ server: ChatServer, _ chat: ChatFixture) async throws -> Outcome {
        let user = "join\(number)"
        if number % 20 == 0 {
            return .came(Listener(user, expected: "the end", try await chat.joinV2("hall", user, on: server)))
        }
        #expect(try await ask(.PUT, "/rooms/hall/members/\(user)", user, chat, server) == 200)
        return .other
    }

    private func kick(_ number: Int, _ server: ChatServer, _ chat: ChatFixture) async throws -> Outcome {
        let path = "/rooms/hall/members/kick\(number)"
        let status = try await ask(.DELETE, path, Self.moderators[number % 4], chat, server)
        // Who has left by himself is there no longer.
        #expect(status == 204 || (status == 404 && number < Self.alsoActing), "kick\(number) \(status)")
        return status == 204 ? .kicked : .other
    }

    private func ban(_ number: Int, _ server: ChatServer, _ chat: ChatFixture) async throws -> Outcome {
        let path = "/rooms/hall/bans/ban\(number)"
        #expect(try await ask(.PUT, path, Self.moderators[number % 4], chat, server, "{}") == 200)
        return .banned
    }

    /// What is refused for a while is asked for again.
    private func ask(
        _ method: HTTPMethod, _ path: String, _ user: String, _ chat: ChatFixture, _ server: ChatServer,
        _ body: String? = nil
    ) async throws -> Int {
        for _ in 0..<20 {
            let status = try await chat.request(method, path, user, body, on: server).status
            if status != 503 { return status }
        }
        return 503
    }

    // MARK: What is so afterwards

    /// One entry for each act, and each person once.
    private func checkRecord(_ chat: ChatFixture, _ done: Done) async throws {
        #expect(done.bans == Self.count && done.kicks >= Self.count - Self.alsoActing)
        for (action, expected) in [("kick", done.kicks), ("ban", done.bans)] {
            let targets = try await chat.withDatabase { connection in
                try connection.find("audit", ["room_id": "hall", "action": .string(action)])
            }.compactMap { $0.string("target_id") }
            #expect(targets.count == expected && Set(targets).count == expected, "\(action)")
        }
    }

    private func checkLists(_ chat: ChatFixture, _ server: ChatServer, _ members: Set<String>) async throws {
        let listed = try await list("members", chat, server)
        #expect(listed.count == Set(listed).count)
        #expect(Set(listed).symmetricDifference(members).isEmpty, "\(Set(listed).symmetricDifference(members))")
        #expect(Set(try await list("bans", chat, server)) == Set(Self.names("ban")))
        for number in [0, 1, Self.count / 2, Self.count - 1] {
            let refused = try await chat.post("/chat/hall/messages", "ban\(number)", #"{"content":"x"}"#, on: server)
            #expect(refused.body["error"]?["code"]?.text == "banned")
            await #expect(throws: (any Error).self) {
                _ = try await chat.joinV2("hall", "ban\(number)", on: server)
            }
        }
        let online = try await chat.get("/chat/hall/presence?limit=200", "owner", on: server).body["users"]?.array
        let names = online?.compactMap { $0["user_id"]?.text } ?? []
        #expect(!names.contains { $0.hasPrefix("ban") || $0.hasPrefix("kick") }, "\(names)")
    }

    private func list(_ what: String, _ chat: ChatFixture, _ server: ChatServer) async throws -> [String] {
        var (users, after): ([String], String?) = ([], nil)
        repeat {
            let rest = after.map { "&after=\($0)" } ?? ""
            let page = try await chat.get("/rooms/hall/\(what)?limit=200\(rest)", "owner", on: server).body
            users += page[what]?.array?.compactMap { $0["user_id"]?.text } ?? []
            after = page["next_after"]?.text
        } while after != nil
        return users
    }

    /// Whether the room is full tells how many it believes to have.
    private func checkCounts(_ chat: ChatFixture, _ members: Int) async throws {
        func limit(_ count: Int) async throws {
            let patch = #"{"settings":{"max_members":\#(count)}}"#
            #expect(try await chat.request(.PATCH, "/rooms/hall", "owner", patch).status == 200)
        }
        func join(_ user: String) async throws -> Int {
            try await chat.request(.PUT, "/rooms/hall/members/\(user)", user).status
        }
        try await limit(members)
        #expect(try await join("late") == 403)
        try await limit(members + 1)
        #expect(try await join("late") == 200)
        #expect(try await join("later") == 403)
    }
}
