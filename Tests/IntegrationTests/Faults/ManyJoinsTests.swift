import ChatClient
import TestSupport
import Testing

extension FaultTests {
    @Suite("As many rooms on one socket as it may have, and more", .timeLimit(.minutes(5)))
    struct ManyJoinsTests {
        private static let maximum = 500

        /// Sends joins of these rooms at once, and collects the answers by `ref`: nil for an acknowledgement, else the error.
        private func join(_ rooms: [String], _ socket: TestSocket) async throws -> [String: JSON?] {
            for (place, room) in rooms.enumerated() {
                try await socket.send(#"{"type":"join","room_id":"\#(room)","ref":"j\#(place)"}"#)
            }
            var answers: [String: JSON?] = [:]
            while answers.count < rooms.count {
                let frame = try await socket.frame()
                guard let ref = frame["ref"]?.text, ref.hasPrefix("j") else { continue }
                #expect(answers[ref] == nil, "two answers to \(ref)")
                answers[ref] = .some(frame.type == "error" ? frame : nil)
            }
            return answers
        }

        @Test("500 rooms are joined and all deliver; of a thousand joins at once 500 are refused with a clear error")
        func limit() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
                #expect(try await alice.frame()["limits"]?["rooms"]?.int == Self.maximum)
                let rooms = (0..<2 * Self.maximum).map { "room-\($0)" }
                let answers = try await join(rooms, alice)
                #expect(answers.values.count { $0 == nil } == Self.maximum)
                let errors = answers.values.compactMap { $0 }
                #expect(errors.count == Self.maximum)
                #expect(errors.allSatisfy { $0["code"]?.text == "bad_request" && $0["temporary"]?.bool == false })
                #expect(errors.first?["message"]?.text == "a socket joins at most \(Self.maximum) rooms")
                // The first come are served, and every one of the rooms delivers.
                let joined = Set((0..<Self.maximum).map { "j\($0)" })
                #expect(Set(answers.filter { $0.value == nil }.keys) == joined)
                let bob = try await chat.open("/chat", "bob", subprotocols: ["chat.v2"])
                _ = try await join(Array(rooms.prefix(Self.maximum)), bob)
                for room in rooms.prefix(Self.maximum) {
                    try await bob.send(
                        #"{"type":"message","room_id":"\#(room)","content":"to \#(room)","client_id":"\#(room)"}"#)
                }
                var heard: Set<String> = []
                while heard.count < Self.maximum {
                    let message = try await alice.next("message")
                    let room = try #require(message["room_id"]?.text)
                    #expect(message["content"]?.text == "to \(room)")
                    #expect(heard.insert(room).inserted, "\(room) delivered twice")
                }
                #expect(heard == Set(rooms.prefix(Self.maximum)))
                // One that is left makes room for another.
                try await alice.send(#"{"type":"leave","room_id":"room-0","ref":"l"}"#)
                _ = try await alice.next("ack") { $0["ref"]?.text == "l" }
                #expect(try await join(["one-more"], alice).values.first == .some(nil))
            }
        }

        @Test("A thousand joins of one room: one is a join, the others are conflicts")
        func sameRoom() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.open("/chat", "alice", subprotocols: ["chat.v2"])
                let answers = try await join(Array(repeating: "lobby", count: 1_000), alice)
                #expect(answers.values.count { $0 == nil } == 1)
                #expect(answers.values.compactMap { $0 }.allSatisfy { $0["code"]?.text == "conflict" })
            }
        }

        @Test("A thousand joins as fast as possible are held back by the limit on frames; others are served")
        func held() async throws {
            try await ChatFixture.with(environment: ["CHAT_FRAMES_PER_SECOND": "100"]) { chat in
                let mallory = try await chat.open("/chat", "mallory", subprotocols: ["chat.v2"])
                let bob = try await chat.join("lobby", "bob")
                let rooms = (0..<1_000).map { "room-\($0)" }
                for (place, room) in rooms.enumerated() {
                    try? await mallory.send(#"{"type":"join","room_id":"\#(room)","ref":"j\#(place)"}"#)
                }
                let refused = try await mallory.next("error")
                #expect(refused["code"]?.text == "rate_limited")
                #expect(try #require(refused["retry_after_ms"]?.int) > 0)
                try await bob.say("still here", clientID: "b")
                #expect(try await bob.next("ack")["seq"]?.int == 1)
            }
        }
    }
}
