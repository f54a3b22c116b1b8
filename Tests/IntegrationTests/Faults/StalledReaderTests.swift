import ChatClient
import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite("Readers that stop reading")
    struct StalledReaderTests {
        private static let (sockets, stalled) = (1_000, 50)
        /// 8,000 characters of 4 bytes: with 56 of them more waits for a stalled reader than it may.
        private static let content = String(repeating: "👋", count: 8_000)
        private static let (messagesBefore, messagesAfter) = (10, 56)

        @Test(
            "50 of 1,000 in one room: the others get everything as quickly, memory stays bounded, the 50 are closed",
            .timeLimit(.minutes(5)))
        func costOnlyThemselves() async throws {
            raiseDescriptorLimit()
            try await ChatFixture.with { chat in
                let proxy = try await FaultProxy.start(
                    target: chat.server.port, options: FaultProxy.Options(receiveBufferBytes: 4_096))
                let quick = try await join(chat, count: Self.sockets - Self.stalled, through: nil)
                let slow = try await join(chat, count: Self.stalled, through: proxy)
                let sender = try await chat.join("crowd", "sender")
                let tally = Tally()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for socket in quick { group.addTask { try await count(socket, in: tally) } }
                    // What does not read at all is not even taken from the kernel: the mailboxes of these fill up, too.
                    let before = try await rounds(Self.messagesBefore, sender, tally, expecting: quick.count)
                    let memory = try chat.server.process.residentBytes()
                    await proxy.stall(.both)
                    let after = try await rounds(Self.messagesAfter, sender, tally, expecting: quick.count)
                    let grown = try chat.server.process.peakResidentBytes() - memory
                    print("stalled readers: \(before) before, \(after) with them; \(grown >> 20) MiB more")
                    // Half again as long, and what a turn of the machine's other work takes.
                    #expect(after < before * 1.5 + .milliseconds(100))
                    #expect(grown < (Self.stalled + 16) << 20)
                    await proxy.heal()
                    for socket in slow {
                        let code = try? await socket.closeCode()
                        #expect([4002, nil].contains(code), "\(String(describing: code))")
                    }
                    for socket in quick { await socket.connection.abort() }
                    try await group.waitForAll()
                }
                await proxy.stop()
            }
        }

        /// Sends so many messages, each when all have the one before, and returns the median time until all have it.
        private func rounds(
            _ count: Int, _ sender: TestSocket, _ tally: Tally, expecting readers: Int
        ) async throws -> Duration {
            var times: [Duration] = []
            for _ in 0..<count {
                times.append(
                    try await ContinuousClock().measure {
                        let goal = tally.count + readers
                        try await sender.say(Self.content)
                        try await tally.reached(goal, within: .seconds(20))
                        _ = try await sender.next("message")
                    })
            }
            return times.sorted()[count / 2]
        }

        private func count(_ socket: TestSocket, in tally: Tally) async throws {
            while let frame = try? await socket.connection.next() {
                if frame.text?.hasPrefix(#"{"type":"message""#) == true { tally.add() }
            }
        }

        /// As 20 people, each with many sockets: a thousand people's joining is another test.
        private func join(_ chat: ChatFixture, count: Int, through proxy: FaultProxy?) async throws -> [TestSocket] {
            var sockets: [TestSocket] = []
            while sockets.count < count {
                let wanted = min(50, count - sockets.count)
                sockets += try await withThrowingTaskGroup(of: TestSocket.self) { group in
                    for number in 0..<wanted {
                        group.addTask {
                            let user = "reader-\(number % 20)"
                            return if let proxy {
                                try await chat.join("crowd", user, through: proxy)
                            } else {
                                try await chat.join("crowd", user)
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            return sockets
        }

        /// The tests hold one end of each socket and the service, which inherits the limit, the other.
        private func raiseDescriptorLimit() {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
    }
}
