import NIOCore
import Testing
import WebSocket

@Suite("Frames that follow RFC 6455")
struct FrameParserTests {
    @Test("A text frame is a message, unmasked")
    func text() {
        #expect(events(of: .text("hello")) == [.text("hello")])
    }

    @Test("The RFC's own example of a masked frame reads as Hello")
    func example() {
        let bytes: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(events(of: [bytes]) == [.text("Hello")])
    }

    @Test("A binary frame is a message, whatever its bytes")
    func binary() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(events(of: .binary(bytes)) == [.binary(bytes)])
    }

    @Test("Empty messages are messages")
    func empty() {
        #expect(events(of: .text(""), .binary([])) == [.text(""), .binary([])])
    }

    @Test(
        "Every length around the changes of its form is read",
        arguments: [0, 1, 7, 8, 9, 125, 126, 127, 0xFFFF, 0x1_0000])
    func lengths(_ length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let configuration = WebSocketConfiguration(maximumMessageBytes: 1 << 20)
        #expect(events(of: .binary(payload), configuration: configuration) == [.binary(payload)])
    }

    @Test("Fragments are put together, control frames between them come first")
    func fragments() {
        let found = events(
            of: .text("one ", isFinal: false), .ping("p"), .continuation(Array("two ".utf8), isFinal: false),
            .pong("q"),
            .continuation(Array("three".utf8), isFinal: true), .text("four"))
        #expect(
            found == [
                .ping(ByteBuffer(string: "p")), .pong(ByteBuffer(string: "q")), .text("one two three"), .text("four"),
            ])
    }

    @Test("Empty fragments add nothing")
    func emptyFragments() {
        let found = events(
            of: .text("", isFinal: false), .continuation([], isFinal: false),
            .continuation(Array("x".utf8), isFinal: false),
            .continuation([], isFinal: true))
        #expect(found == [.text("x")])
    }

    @Test("Each fragment has a mask of its own")
    func fragmentMasks() {
        var first = ClientFrame.text("abc", isFinal: false)
        first.mask = [1, 2, 3, 4]
        var second = ClientFrame.continuation(Array("defgh".utf8), isFinal: true)
        second.mask = [0xFF, 0, 0xFF, 0]
        #expect(events(of: first, second) == [.text("abcdefgh")])
    }

    @Test("A character may be split between fragments")
    func characterAcrossFragments() {
        for bytes in ["é", "€", "𝄞"].map({ Array($0.utf8) }) {
            for cut in 1..<bytes.count {
                let found = events(
                    of: ClientFrame(opcode: 0x1, payload: Array(bytes[..<cut]), isFinal: false), .ping(),
                    .continuation(Array(bytes[cut...]), isFinal: true))
                #expect(found == [.ping(ByteBuffer()), .text(String(decoding: bytes, as: UTF8.self))])
            }
        }
    }

    @Test("A ping of 125 bytes is a ping")
    func longPing() {
        let text = String(repeating: "p", count: 125)
        #expect(events(of: .ping(text)) == [.ping(ByteBuffer(string: text))])
    }

    @Test("A close frame has no payload, a code, or a code and a reason")
    func close() {
        #expect(events(of: .close()) == [.close(nil, reason: "")])
        #expect(events(of: .close(1000)) == [.close(.normal, reason: "")])
        #expect(events(of: .close(4999, Array("bye ☂".utf8))) == [.close(CloseCode(rawValue: 4999), reason: "bye ☂")])
    }

    @Test("Nothing counts behind a close frame")
    func afterClose() {
        #expect(events(of: .close(1000), .text("late"), .ping(), .close(1001)) == [.close(.normal, reason: "")])
    }

    @Test("Nothing counts behind a violation")
    func afterViolation() {
        let found = events(of: ClientFrame(opcode: 0x3), .text("late"), .close(1000))
        #expect(found.map(\.violatedCode) == [.protocolError])
    }

    @Test("RSV1 marks a compressed message when that was negotiated, and its text is not checked yet")
    func compressed() {
        let configuration = WebSocketConfiguration(allowsCompressedMessages: true)
        var first = ClientFrame(opcode: 0x1, payload: [0xFF, 0xFE], isFinal: false)
        first.reserved = 0x40
        let found = events(
            of: first, .continuation([0x80], isFinal: true), .text("plain"), configuration: configuration)
        #expect(found == [.message(.text, ByteBuffer(bytes: [0xFF, 0xFE, 0x80]), compressed: true), .text("plain")])
    }

    @Test("A parser between frames holds no memory")
    func rest() {
        var parser = FrameParser()
        var input = ByteBuffer(bytes: ClientFrame.text("hello").bytes + ClientFrame.ping("x").bytes)
        while parser.next(&input) != nil {}
        #expect(!parser.holdsBytes)
    }

    @Test("An announced length takes no memory before its bytes are there")
    func announcedLength() {
        var frame = ClientFrame.binary([1, 2, 3])
        frame.announcedLength = 60_000
        var parser = FrameParser()
        var input = ByteBuffer(bytes: frame.bytes.dropLast(3))
        #expect(parser.next(&input) == nil)
        #expect(!parser.holdsBytes)
    }
}
