import BSON
import ChatClient
import MongoStore
import NIOWebSocket
import TestSupport
import Testing

extension FaultTests {
    @Suite("Input that is much too large", .timeLimit(.minutes(2)))
    struct HugeInputTests {
        private static let megabyte = [UInt8](repeating: 0x78, count: 1 << 20)

        @Test("A frame of 100 MB is refused with 1009, takes no memory, and nobody else notices")
        func frame() async throws {
            try await expectRefusal(codes: [1009]) { socket in
                // FIN and text; masked, with a length of 64 bits; a mask of zeros.
                let length = (0..<8).map { UInt8(truncatingIfNeeded: (100 << 20) >> (56 - 8 * $0)) }
                try await socket.sendRaw([0x81, 0xFF] + length + [0, 0, 0, 0])
                for _ in 0..<100 { try await socket.sendRaw(Self.megabyte) }
            }
        }

        @Test("A message of 100 MB in fragments is refused with 1009, takes no memory, and nobody else notices")
        func fragments() async throws {
            try await expectRefusal(codes: [1009]) { socket in
                let fragment = Array(Self.megabyte.prefix(50_000))
                try await socket.sendFrame(opcode: .text, fin: false, payload: fragment)
                for _ in 0..<2_000 { try await socket.sendFrame(opcode: .continuation, fin: false, payload: fragment) }
            }
        }

        @Test("Ten thousand fragments are refused with 1008 or 1009, also empty ones", arguments: [0, 1])
        func tenThousandFragments(bytes: Int) async throws {
            try await expectRefusal(codes: [1008, 1009]) { socket in
                let fragment = [UInt8](repeating: 0x78, count: bytes)
                try await socket.sendFrame(opcode: .text, fin: false, payload: fragment)
                for _ in 0..<10_000 { try await socket.sendFrame(opcode: .continuation, fin: false, payload: fragment) }
            }
        }

        @Test("A client_id of 10 kB is an error and costs nothing else")
        func clientID() async throws {
            try await ChatFixture.with { chat in
                let alice = try await chat.join("lobby", "alice")
                try await alice.say("hello", clientID: String(repeating: "c", count: 10_000))
                let refused = try await alice.next("error")
                #expect(refused["code"]?.text == "bad_request")
                #expect(refused["temporary"]?.bool == false)
                try await alice.say("hello", clientID: "short")
                #expect(try await alice.next("ack")["seq"]?.int == 1)
            }
        }

        @Test("A client_id that was used for another content is a conflict, also at another process")
        func reusedClientID() async throws {
            try await ServiceCluster.with(nodes: 2) { cluster in
                var (first, second) = (
                    NodeDialer(nodes: [cluster.nodes[0]], seed: 1), NodeDialer(nodes: [cluster.nodes[1]], seed: 1)
                )
                let here = try #require(await first.connect("/chat/lobby", user: "alice"))
                let there = try #require(await second.connect("/chat/lobby", user: "alice"))
                try await here.say("one", clientID: "c")
                let acknowledged = try await here.next("ack")
                try await there.say("two", clientID: "c")
                let refused = try await there.next("error")
                #expect(refused["code"]?.text == "conflict")
                #expect(refused["temporary"]?.bool == false)
                try await there.say("one", clientID: "c")
                let again = try await there.next("ack")
                #expect(again["duplicate"]?.bool == true)
                #expect(again["_id"] == acknowledged["_id"])
                #expect(try await cluster.withDatabase { try $0.count("messages", [:]) } == 1)
            }
        }

        /// - Parameter send: may fail when the server has closed.
        private func expectRefusal(
            codes: Set<Int>, _ send: @Sendable (ChatConnection) async throws -> Void
        ) async throws {
            try await ChatFixture.with { chat in
                let mallory = try await chat.join("lobby", "mallory")
                let bob = try await chat.join("lobby", "bob")
                _ = try await bob.next("presence")
                let memory = try chat.server.process.residentBytes()
                try? await send(mallory.connection)
                let code = try await mallory.closeCode()
                #expect(code.map(codes.contains) == true, "\(String(describing: code))")
                #expect(try chat.server.process.peakResidentBytes() - memory < 8 << 20)
                try await bob.say("still here", clientID: "b")
                #expect(try await bob.next("ack")["seq"]?.int == 1)
            }
        }
    }
}
