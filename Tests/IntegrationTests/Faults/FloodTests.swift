import BSON
import ChatClient
import MongoStore
import TestSupport
import Testing

extension FaultTests {
    @Suite("Who floods a room")
    struct FloodTests {
        private static let count = 10_000

        @Test(
            "10,000 messages as fast as possible: most are refused and the sender is sent away, the others are served",
            .timeLimit(.minutes(5)))
        func harmsNobody() async throws {
            try await ChatFixture.with { chat in
                let flooder = try await chat.join("flooded", "flooder")
                let neighbour = try await chat.join("flooded", "neighbour")
                let stranger = try await chat.join("elsewhere", "stranger")
                // Each has said something before, so that the first message costs nothing special.
                _ = try await slowestAnswer(neighbour, "before", isOver: { true })
                _ = try await slowestAnswer(stranger, "before", isOver: { true })
                let memory = try chat.server.process.residentBytes()
                let floods = Tally()
                async let neighbourWaits = slowestAnswer(neighbour, "during", isOver: { floods.count > 0 })
                async let strangerWaits = slowestAnswer(stranger, "during", isOver: { floods.count > 0 })
                let (acknowledged, refused) = try await flood(flooder)
                #expect(flooder.connection.closeReason?.code == 4006)
                floods.add()
                let waits = try await [neighbourWaits, strangerWaits]
                let grown = try chat.server.process.peakResidentBytes() - memory
                print("flood: \(acknowledged) stored, \(refused) refused, waits \(waits), \(grown >> 20) MiB more")
                #expect(acknowledged > 0)
                #expect(refused > 0)
                #expect(waits.allSatisfy { $0 < .seconds(2) }, "\(waits)")
                #expect(grown < 64 << 20)
                let stored = try await chat.withDatabase {
                    try $0.count("messages", ["room_id": "flooded", "user_id": "flooder"])
                }
                // Those that were under way when the socket was closed have no answer.
                #expect(acknowledged <= stored)
                #expect(stored < Self.count)
            }
        }

        /// Sends all at once and counts the answers until the socket is closed.
        private func flood(_ socket: TestSocket) async throws -> (acknowledged: Int, refused: Int) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...Self.count { try? await socket.say("flood \(number)", clientID: "\(number)") }
                }
                var (acknowledged, refused) = (0, 0)
                while let text = try await socket.connection.next(within: TestSocket.patience)?.text {
                    // Cheaper than decoding each.
                    if text.hasPrefix(#"{"type":"ack""#) { acknowledged += 1 }
                    if text.hasPrefix(#"{"type":"error""#) { refused += 1 }
                }
                try await group.waitForAll()
                return (acknowledged, refused)
            }
        }

        /// Sends one message after the other, at least one, and returns the longest time until an acknowledgement.
        private func slowestAnswer(
            _ socket: TestSocket, _ prefix: String, isOver: @Sendable () -> Bool
        ) async throws -> Duration {
            var slowest = Duration.zero
            var number = 0
            repeat {
                number += 1
                let time = try await ContinuousClock().measure {
                    try await socket.say("hello", clientID: "\(prefix)-\(number)")
                    var isAnswered = false
                    while !isAnswered {
                        guard let text = try await socket.connection.next(within: TestSocket.patience)?.text else {
                            throw ChildProcess.Failure("closed: \(String(describing: socket.connection.closeReason))")
                        }
                        isAnswered = text.hasPrefix(#"{"type":"ack""#)
                    }
                }
                slowest = max(slowest, time)
            } while !isOver()
            return slowest
        }
    }
}
