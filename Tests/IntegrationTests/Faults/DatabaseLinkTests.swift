import BSON
import MongoStore
import TestSupport
import Testing

extension FaultTests {
    @Suite("The connection to the database breaks under a message", .timeLimit(.minutes(2)))
    struct DatabaseLinkTests {
        @Test("The reply to the write is cut off: the message is stored once, shown once and acknowledged")
        func lostReplies() async throws {
            try await withPerson { cluster, alice in
                try await alice.say("before", clientID: "0")
                _ = try await alice.next("ack")
                for (number, bytes) in [0, 1, 20].enumerated() {
                    let id = "cut-\(bytes)"
                    await cluster.nodes[0].databaseLink.cut(afterBytes: bytes, .toClient)
                    try await alice.say(id, clientID: id)
                    // Carried out, though the service cannot know.
                    var isStored = false
                    for _ in 0..<50 where !isStored {
                        let count = try await cluster.withDatabase {
                            try $0.count("messages", ["client_id": .string(id)])
                        }
                        isStored = count == 1
                    }
                    await cluster.nodes[0].databaseLink.heal()
                    // The message and its acknowledgement come in either order.
                    var seen: [String: JSON] = [:]
                    while seen["ack"] == nil || seen["message"] == nil {
                        let frame = try await alice.frame()
                        guard let type = frame.type, frame["ref"]?.text == id || frame["content"]?.text == id
                        else { continue }
                        #expect(seen.updateValue(frame, forKey: type) == nil)
                    }
                    #expect(seen["ack"]?["seq"]?.int == number + 2)
                    #expect(seen["ack"]?["duplicate"]?.bool == false)
                    #expect(seen["message"]?["_id"] == seen["ack"]?["_id"])
                }
                #expect(try await cluster.withDatabase { try $0.count("messages", [:]) } == 4)
            }
        }

        @Test("The database hangs: the sender is told unavailable in time, and sending again stores the message once")
        func hangs() async throws {
            try await withPerson { cluster, alice in
                try await alice.say("before", clientID: "0")
                _ = try await alice.next("ack")
                await cluster.nodes[0].databaseLink.stall(.both)
                let start = ContinuousClock.now
                for number in 1...3 { try await alice.say("message \(number)", clientID: "\(number)") }
                for number in 1...3 {
                    let refused = try await alice.answer(to: "\(number)")
                    #expect(refused["code"]?.text == "unavailable")
                    #expect(refused["temporary"]?.bool == true)
                }
                #expect(start.duration(to: .now) < .seconds(5))
                await cluster.nodes[0].databaseLink.heal()
                // One that comes while the first try still waits may share its refusal.
                var seqs: [Int?] = []
                while seqs.count < 3 {
                    let rest = (seqs.count + 1)...3
                    for number in rest { try await alice.say("message \(number)", clientID: "\(number)") }
                    for number in rest {
                        let answer = try await alice.answer(to: "\(number)")
                        if answer.type == "ack" { seqs.append(answer["seq"]?.int) }
                    }
                }
                #expect(seqs == [2, 3, 4])
                #expect(try await cluster.withDatabase { try $0.count("messages", [:]) } == 4)
            }
        }

        @Test("The database hangs and the driver would wait long: the sender is told in time, and readiness says so")
        func hangsLong() async throws {
            let database = try await EmbeddedDatabase.start()
            let link = try await FaultProxy.start(target: database.port)
            // The driver's own limits.
            let uri = "mongodb://127.0.0.1:\(link.port)/?directConnection=true"
            try await ChatFixture.with(uri: uri, environment: ["CHAT_SEND_PATIENCE": "3"]) { chat in
                let alice = try await chat.join("lobby", "alice")
                try await alice.say("before", clientID: "0")
                _ = try await alice.next("ack")
                await link.stall(.both)
                let start = ContinuousClock.now
                try await alice.say("stalled", clientID: "1")
                #expect(try await alice.answer(to: "1")["code"]?.text == "unavailable")
                #expect(start.duration(to: .now) < .seconds(8))
                var status = 200
                while status == 200, start.duration(to: .now) < .seconds(20) {
                    status = try await chat.get("/readyz", nil).status
                }
                #expect(status == 503)
                await link.heal()
            }
            await link.stop()
            await database.stop()
        }

        @Test("An answer whose message cannot be looked up is refused, and so is what was sent after it")
        func lookUpFails() async throws {
            let settings = ["CHAT_SEND_PATIENCE": "3", "CHAT_RECENT_MESSAGES": "50"]
            try await ServiceCluster.with(nodes: 1, environment: settings.merging(ServiceCluster.hurried) { $1 }) {
                cluster in
                var dialer = NodeDialer(nodes: cluster.nodes, seed: 1)
                let alice = try #require(
                    await dialer.connect("/chat/lobby", user: "alice", subprotocols: ["chat.v2"]))
                try await alice.say("old", clientID: "old")
                let old = try #require(try await alice.answer(to: "old")["_id"]?.text)
                for number in 1...60 { try await alice.say("message \(number)", clientID: "m\(number)") }
                _ = try await alice.answer(to: "m60")
                await cluster.nodes[0].databaseLink.stall(.both)
                let reply = #"{"type":"message","content":"reply","client_id":"reply","reply_to":"\#(old)"}"#
                try await alice.send(reply)
                try await alice.say("after it", clientID: "after")
                for id in ["reply", "after"] {
                    #expect(try await alice.answer(to: id)["code"]?.text == "unavailable")
                }
                await cluster.nodes[0].databaseLink.heal()
                try await alice.say("still after it", clientID: "after")
                #expect(try await alice.answer(to: "after")["code"]?.text == "unavailable")
                try await alice.insist(on: "reply") { try await alice.send(reply) }
                try await alice.say("after it", clientID: "after")
                #expect(try await alice.answer(to: "after")["seq"]?.int == 63)
            }
        }

        @Test("A message that could not be looked up and is then refused for good holds nothing up")
        func lookUpFailsThenRefused() async throws {
            let settings = ["CHAT_SEND_PATIENCE": "3", "CHAT_RECENT_MESSAGES": "50"]
            try await ServiceCluster.with(nodes: 1, environment: settings.merging(ServiceCluster.hurried) { $1 }) {
                cluster in
                var dialer = NodeDialer(nodes: cluster.nodes, seed: 1)
                let alice = try #require(
                    await dialer.connect("/chat/lobby", user: "alice", subprotocols: ["chat.v2"]))
                await cluster.nodes[0].databaseLink.stall(.both)
                let missing = "0123456789abcdef01234567"
                let reply = #"{"type":"message","content":"reply","client_id":"reply","reply_to":"\#(missing)"}"#
                try await alice.send(reply)
                #expect(try await alice.answer(to: "reply")["code"]?.text == "unavailable")
                await cluster.nodes[0].databaseLink.heal()
                var code: String?
                repeat {
                    try await alice.send(reply)
                    code = try await alice.answer(to: "reply")["code"]?.text
                } while code == "unavailable"
                #expect(code == "not_found")
                let start = ContinuousClock.now
                try await alice.insist(on: "next") { try await alice.say("next", clientID: "next") }
                #expect(start.duration(to: .now) < .seconds(30))
            }
        }

        @Test("Messages that were late while they were being written come again in their order, each stored once")
        func lateComeAgain() async throws {
            try await withPerson { cluster, alice in
                try await alice.say("before", clientID: "0")
                _ = try await alice.answer(to: "0")
                await cluster.nodes[0].databaseLink.stall(.both)
                for id in ["1", "2", "3"] { try await alice.say("late \(id)", clientID: id) }
                for id in ["1", "2", "3"] {
                    #expect(try await alice.answer(to: id)["code"]?.text == "unavailable")
                }
                await cluster.nodes[0].databaseLink.heal()
                let start = ContinuousClock.now
                for id in ["1", "2", "3"] {
                    try await alice.insist(on: id) { try await alice.say("late \(id)", clientID: id) }
                }
                // Not as long as a refused message is waited for.
                #expect(start.duration(to: .now) < .seconds(30))
                let stored = try await cluster.withDatabase { connection in
                    try connection.find("messages", ["room_id": "lobby"])
                        .compactMap { document in document.string("content") }
                }
                #expect(stored == ["before", "late 1", "late 2", "late 3"])
            }
        }

        private func withPerson(_ body: (ServiceCluster, TestSocket) async throws -> Void) async throws {
            try await ServiceCluster.with(nodes: 1, environment: ["CHAT_SEND_PATIENCE": "3"]) { cluster in
                var dialer = NodeDialer(nodes: cluster.nodes, seed: 1)
                try await body(cluster, try #require(await dialer.connect("/chat/lobby", user: "alice")))
            }
        }
    }
}
