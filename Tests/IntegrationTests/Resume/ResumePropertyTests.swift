import BSON
import Foundation
import MongoStore
import TestSupport
import Testing

extension FaultTests {
    @Suite("Coming back with a cursor")
    struct ResumePropertyTests {
        /// `FAULT_TEST_SEED`: this history alone.
        private static let seed = number("FAULT_TEST_SEED")
        /// `FAULT_TEST_HISTORIES`: another number.
        private static let histories = number("FAULT_TEST_HISTORIES").map(Int.init) ?? 1_000
        private static let atOnce = 12
        /// Less than some rooms get, so that what is missed is read from the database, too.
        private static let settings = ["CHAT_RECENT_MESSAGES": "50", "CHAT_LOG_LEVEL": "warning"]

        @Test(
            """
            Random histories of three clients that send, edit, delete, pin, react and answer through two \
            processes and are cut off at any point: each has in the end what one sees who comes fresh, every message \
            once and in order
            """,
            .timeLimit(.minutes(15)))
        func equalsFresh() async throws {
            try await ChatFixture.with(environment: Self.settings) { chat in
                let other = try await ChatServer.start(
                    uri: chat.uri, database: chat.database, environment: Self.settings)
                let seeds = Self.seed.map { [$0] } ?? (0..<Self.histories).map { _ in .random(in: 1...(1 << 53)) }
                let wrong = try await withThrowingTaskGroup(of: [String].self) { group in
                    var wrong: [String] = []
                    for (index, seed) in seeds.enumerated() where wrong.isEmpty {
                        if index >= Self.atOnce { wrong += try await group.next() ?? [] }
                        group.addTask { try await Self.history(seed, chat, [chat.server, other]) }
                    }
                    for try await more in group { wrong += more }
                    return wrong
                }
                #expect(wrong.isEmpty, "\(wrong.prefix(20).joined(separator: "\n"))")
                let changes = try await chat.withDatabase { try $0.count("changes", [:]) }
                print("resume: \(seeds.count) histories, \(changes) changes")
                #expect(Self.seed != nil || changes > 2 * Self.histories)
                await other.stop()
            }
        }

        private static func number(_ name: String) -> UInt64? {
            ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
        }

        private static func history(
            _ seed: UInt64, _ chat: ChatFixture, _ servers: [ChatServer]
        ) async throws -> [String] {
            let room = "history-\(seed)"
            return try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 1...3 {
                    var client = RoomActor(
                        room: room, user: "user-\(number)", chat: chat, servers: servers,
                        seed: seed &+ UInt64(number))
                    group.addTask {
                        for time in 1...4 {
                            if time == 3, number == 1, seed % 5 == 0 { try await client.sayMuch() }
                            try await client.act()
                        }
                        return try await client.finish()
                    }
                }
                let wrong: [String] = try await group.reduce(into: []) { $0 += $1 }
                // At once: a test that comes to its time limit says nothing more.
                for line in wrong { print("resume, seed \(seed): \(line)") }
                return wrong
            }
        }
    }
}
