import NIOCore
import Testing
import WebSocket

@Suite("Frames, cut and mixed at random")
struct FrameParserPropertyTests {
    /// Frames of every kind and of every form of length.
    private static let conversation: [ClientFrame] = [
        .text("hello"), .ping("ping"), .text("früh 🌅", isFinal: false), .pong(),
        .continuation([], isFinal: false), .continuation(Array("später €".utf8), isFinal: true),
        .binary([UInt8](repeating: 0xAB, count: 130)), .text(""), .close(1000, Array("adiós".utf8)),
    ]

    @Test("A cut at any byte changes nothing")
    func everyCut() {
        let bytes = Self.conversation.flatMap(\.bytes)
        let whole = events(of: [bytes])
        #expect(whole.count == 7)
        for cut in 0...bytes.count {
            #expect(events(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
        }
    }

    @Test("One byte at a time changes nothing")
    func singleBytes() {
        let bytes = Self.conversation.flatMap(\.bytes)
        #expect(events(of: bytes.map { [$0] }) == events(of: [bytes]))
    }

    @Test("A broken frame gives the same violation wherever it is cut")
    func everyCutOfViolations() {
        let broken: [[ClientFrame]] = [
            [.text("ok"), ClientFrame(opcode: 0x1, payload: [0x61, 0xC0, 0x61])],
            [.text("a", isFinal: false), .text("b")],
            [.close(999)],
            [ClientFrame(opcode: 0x2, announcedLength: 1 << 40)],
            [ClientFrame(opcode: 0x1, payload: [1], lengthBytes: 2)],
        ]
        for frames in broken {
            let bytes = frames.flatMap(\.bytes)
            let whole = events(of: [bytes])
            #expect(whole.last?.violatedCode != nil)
            for cut in 0...bytes.count {
                #expect(events(of: [Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
            }
        }
    }

    @Test("Random conversations come out as they went in, however they are cut", arguments: 0..<20)
    func randomConversations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<20 {
            let (frames, expected) = Self.randomConversation(using: &random)
            let bytes = frames.flatMap(\.bytes)
            let found = events(of: Self.cut(bytes, using: &random))
            #expect(found == expected, "seed \(seed)")
        }
    }

    @Test("Random bytes never trap, and nothing follows the event that ends a connection", arguments: 0..<20)
    func randomBytes(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let configuration = WebSocketConfiguration(maximumMessageBytes: 4096, maximumFragments: 8)
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                // Damage a good conversation: that reaches deeper than noise does.
                bytes = Self.randomConversation(using: &random).frames.flatMap(\.bytes)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            let whole = events(of: [bytes], configuration: configuration)
            let cut = events(of: Self.cut(bytes, using: &random), configuration: configuration)
            #expect(cut == whole, "seed \(seed)")
            let ends = whole.dropLast().contains { if case .close = $0 { true } else { $0.violatedCode != nil } }
            #expect(!ends, "seed \(seed)")
        }
    }

    private static func cut(_ bytes: [UInt8], using random: inout SeededGenerator) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(1, min(rest.count, 40)), using: &random)
            chunks.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return chunks
    }

    private static func randomConversation(
        using random: inout SeededGenerator
    ) -> (frames: [ClientFrame], events: [FrameEvent]) {
        var frames: [ClientFrame] = []
        var events: [FrameEvent] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let isText = Bool.random(using: &random)
            let length = [0, 3, 124, 125, 126, 127, 300, 2000].randomElement(using: &random) ?? 0
            let text = String((0..<length).map { _ in "aé€𝄞 z".randomElement(using: &random) ?? "a" })
            let bytes = Array(text.utf8)
            var rest = bytes[...]
            var opcode: UInt8 = isText ? 0x1 : 0x2
            repeat {
                let count = Int.random(in: 0...rest.count, using: &random)
                let isLast = count == rest.count
                var frame = ClientFrame(opcode: opcode, payload: Array(rest.prefix(count)), isFinal: isLast)
                frame.mask = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
                frames.append(frame)
                rest = rest.dropFirst(count)
                opcode = 0
                if !isLast, Bool.random(using: &random) {
                    frames.append(.ping("between"))
                    events.append(.ping(ByteBuffer(string: "between")))
                }
                if isLast { break }
            } while true
            events.append(isText ? .text(text) : .binary(bytes))
        }
        return (frames, events)
    }
}
