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
            "10,000 messages as fast as possible: each is answered, or the sender is sent away; the others are served",
            .timeLimit(.minutes(5)))
        func harmsNobody() async throws {
            try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "100"]) { chat in
                let flooder = try await chat.join("flooded", "flooder")
                let neighbour = try await chat.join("flooded", "neighbour")
                let stranger = try await chat.join("elsewhere", "stranger")
                // The machine may be busy with other things: what counts is the difference.
                let usual = try await answerTime(stranger, "before", count: 50)
                _ = try await answerTime(neighbour, "before", count: 1)
                let memory = try chat.server.process.residentBytes()
                let floods = Tally()
                async let neighbourWaits = answerTime(neighbour, "during", isOver: { floods.count > 0 })
                async let strangerWaits = answerTime(stranger, "during", isOver: { floods.count > 0 })
                let (acknowledged, refused) = try await flood(flooder)
                if acknowledged + refused < Self.count { #expect(flooder.connection.closeReason?.code == 4006) }
                floods.add()
                let waits = try await [neighbourWaits, strangerWaits]
                let grown = try chat.server.process.peakResidentBytes() - memory
                print(
                    "flood: \(acknowledged) stored, \(refused) refused, others' answers in \(waits), usually \(usual),",
                    "\(grown >> 20) MiB more")
                #expect(acknowledged > 0)
                #expect(refused > 0)
                #expect(waits.allSatisfy { $0 < usual * 20 + .seconds(1) }, "\(waits), usually \(usual)")
                #expect(grown < 64 << 20)
                let stored = try await chat.withDatabase {
                    try $0.count("messages", ["room_id": "flooded", "user_id": "flooder"])
                }
                // Those that were under way when the socket was closed have no answer.
                #expect(acknowledged <= stored)
            }
        }

        /// Sends all at once and counts the answers, until it has all or the socket is closed.
        private func flood(_ socket: TestSocket) async throws -> (acknowledged: Int, refused: Int) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 1...Self.count { try? await socket.say("flood \(number)", clientID: "\(number)") }
                }
                var (acknowledged, refused) = (0, 0)
                while acknowledged + refused < Self.count,
                    let text = try await socket.connection.next(within: TestSocket.patience)?.text
                {
                    // Cheaper than decoding each.
                    if text.hasPrefix(#"{"type":"ack""#) { acknowledged += 1 }
                    if text.hasPrefix(#"{"type":"error""#) { refused += 1 }
                }
                try await group.waitForAll()
                return (acknowledged, refused)
            }
        }

        /// Sends one message after the other, and returns the time within which half of them were acknowledged.
        ///
        /// - Parameter count: at least so many.
        private func answerTime(
            _ socket: TestSocket, _ prefix: String, count: Int = 1, isOver: @Sendable () -> Bool = { true }
        ) async throws -> Duration {
            var times: [Duration] = []
            while times.count < count || !isOver() {
                times.append(
                    try await ContinuousClock().measure {
                        let id = "\(prefix)-\(times.count)"
                        try await socket.say("hello", clientID: id)
                        let answer = try await socket.answer(to: id)
                        if answer.type != "ack" { throw ChildProcess.Failure("\(answer)") }
                    })
                // Without a pause this would be a flood, too.
                try await Task.sleep(for: .milliseconds(20))
            }
            return times.sorted()[times.count / 2]
        }
    }
}
