import NIOCore
import Testing
import WebSocket

@Suite("A server's frames")
struct FrameWriterTests {
    @Test("The RFC's own examples come out byte for byte")
    func examples() {
        #expect(FrameWriter.textFrame("Hello").array == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(
            FrameWriter.frame(.ping, payload: ByteBuffer(string: "Hello")).array == [0x89, 0x05] + Array("Hello".utf8))
        #expect(
            FrameWriter.frame(.binary, payload: ByteBuffer(repeating: 0, count: 256)).array.prefix(4)
                == [0x82, 0x7E, 0x01, 0x00])
        #expect(
            FrameWriter.frame(.binary, payload: ByteBuffer(repeating: 0, count: 65536)).array.prefix(10)
                == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test("Lengths take their shortest form", arguments: [(0, 2), (125, 2), (126, 4), (65535, 4), (65536, 10)])
    func headerLengths(_ length: Int, _ header: Int) {
        let frame = FrameWriter.textFrame(ByteBuffer(repeating: 0x61, count: length))
        #expect(frame.readableBytes == header + length)
        #expect(FrameWriter.headerLength(payloadBytes: length) == header)
    }

    @Test("Text from a string and from bytes are the same frame")
    func textForms() {
        let text = "früh am Morgen"
        #expect(FrameWriter.textFrame(text) == FrameWriter.textFrame(ByteBuffer(string: text)))
        var several = ByteBuffer()
        FrameWriter.writeText(text, into: &several)
        FrameWriter.write(.text, payload: ByteBuffer(string: text), into: &several)
        #expect(several.array == FrameWriter.textFrame(text).array + FrameWriter.textFrame(text).array)
    }

    @Test("A compressed frame has RSV1 set")
    func compressed() {
        #expect(FrameWriter.frame(.text, payload: ByteBuffer(), compressed: true).array == [0xC1, 0])
    }

    @Test("A close frame holds code and reason, or nothing")
    func close() {
        #expect(FrameWriter.closeFrame(nil).array == [0x88, 0])
        #expect(FrameWriter.closeFrame(.goingAway, reason: "bye").array == [0x88, 5, 0x03, 0xE9] + Array("bye".utf8))
    }

    @Test("A long close reason is cut at a character")
    func longReason() {
        let frame = FrameWriter.closeFrame(.normal, reason: "ab" + String(repeating: "€", count: 100))
        #expect(frame.readableBytes == 2 + 2 + 2 + 40 * 3)
        #expect(String(validating: frame.array.dropFirst(4), as: UTF8.self) != nil)
    }
}
