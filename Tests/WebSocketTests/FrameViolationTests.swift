import NIOCore
import Testing
import WebSocket

@Suite("Frames that break RFC 6455")
struct FrameViolationTests {
    private func code(
        of frames: ClientFrame..., configuration: WebSocketConfiguration = WebSocketConfiguration()
    ) -> CloseCode? {
        events(of: [frames.flatMap(\.bytes)], configuration: configuration).last?.violatedCode
    }

    @Test("Reserved bits fail with 1002, on every kind of frame", arguments: [0x40, 0x20, 0x10, 0x70] as [UInt8])
    func reservedBits(_ bits: UInt8) {
        for opcode in [0x1, 0x2, 0x8, 0x9, 0xA] as [UInt8] {
            #expect(self.code(of: ClientFrame(opcode: opcode, reserved: bits)) == .protocolError)
        }
    }

    @Test("RSV1 fails with 1002 on continuations and control frames even when compression was negotiated")
    func reservedBitOutOfPlace() {
        let configuration = WebSocketConfiguration(allowsCompressedMessages: true)
        #expect(self.code(of: ClientFrame(opcode: 0x9, reserved: 0x40), configuration: configuration) == .protocolError)
        let continuation = ClientFrame(opcode: 0x0, reserved: 0x40)
        #expect(
            self.code(of: .text("a", isFinal: false), continuation, configuration: configuration) == .protocolError)
        #expect(self.code(of: ClientFrame(opcode: 0x1, reserved: 0x20), configuration: configuration) == .protocolError)
    }

    @Test("Reserved opcodes fail with 1002", arguments: [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8])
    func reservedOpcodes(_ opcode: UInt8) {
        #expect(self.code(of: ClientFrame(opcode: opcode)) == .protocolError)
        #expect(self.code(of: .text("a", isFinal: false), ClientFrame(opcode: opcode)) == .protocolError)
    }

    @Test("A frame without a mask fails with 1002", arguments: [0x1, 0x2, 0x8, 0x9, 0xA] as [UInt8])
    func unmasked(_ opcode: UInt8) {
        #expect(self.code(of: ClientFrame(opcode: opcode, mask: nil)) == .protocolError)
    }

    @Test("A control frame over 125 bytes fails with 1002 before its payload", arguments: [0x8, 0x9, 0xA] as [UInt8])
    func longControl(_ opcode: UInt8) {
        for announced in [126, 70_000] as [UInt64] {
            let frame = ClientFrame(opcode: opcode, announcedLength: announced)
            #expect(self.code(of: frame) == .protocolError)
        }
    }

    @Test("A fragmented control frame fails with 1002", arguments: [0x8, 0x9, 0xA] as [UInt8])
    func fragmentedControl(_ opcode: UInt8) {
        #expect(self.code(of: ClientFrame(opcode: opcode, isFinal: false)) == .protocolError)
    }

    @Test("A continuation of nothing fails with 1002")
    func continuationOfNothing() {
        #expect(self.code(of: .continuation([1], isFinal: true)) == .protocolError)
        #expect(self.code(of: .text("a"), .continuation([1], isFinal: false)) == .protocolError)
    }

    @Test("A new message inside a fragmented one fails with 1002")
    func nestedMessage() {
        #expect(self.code(of: .text("a", isFinal: false), .text("b")) == .protocolError)
        #expect(self.code(of: .binary([1], isFinal: false), .text("b", isFinal: false)) == .protocolError)
    }

    @Test("A length that is not in its shortest form fails with 1002")
    func longForm() {
        #expect(self.code(of: ClientFrame(opcode: 0x1, lengthBytes: 2, announcedLength: 125)) == .protocolError)
        #expect(self.code(of: ClientFrame(opcode: 0x1, lengthBytes: 8, announcedLength: 0xFFFF)) == .protocolError)
        #expect(self.code(of: ClientFrame(opcode: 0x1, lengthBytes: 8, announcedLength: 0)) == .protocolError)
    }

    @Test("A length over 63 bits fails with 1002")
    func hugeLength() {
        #expect(self.code(of: ClientFrame(opcode: 0x2, lengthBytes: 8, announcedLength: .max)) == .protocolError)
        #expect(self.code(of: ClientFrame(opcode: 0x2, lengthBytes: 8, announcedLength: 1 << 63)) == .protocolError)
    }

    @Test("A message over the limit fails with 1009 before its payload")
    func tooBig() {
        let configuration = WebSocketConfiguration(maximumMessageBytes: 1000)
        #expect(
            self.code(of: ClientFrame(opcode: 0x1, announcedLength: 1001), configuration: configuration)
                == .messageTooBig)
        #expect(
            self.code(of: ClientFrame(opcode: 0x2, announcedLength: UInt64(Int64.max)), configuration: configuration)
                == .messageTooBig)
        let whole = [UInt8](repeating: 1, count: 1000)
        #expect(events(of: .binary(whole), configuration: configuration) == [.binary(whole)])
    }

    @Test("Fragments over the limit together fail with 1009")
    func fragmentsTooBig() {
        let configuration = WebSocketConfiguration(maximumMessageBytes: 1000)
        let part = [UInt8](repeating: 1, count: 500)
        let fits = events(
            of: .binary(part, isFinal: false), .continuation(part, isFinal: true), configuration: configuration)
        #expect(fits == [.binary(part + part)])
        #expect(
            self.code(
                of: .binary(part, isFinal: false), .continuation(part, isFinal: false),
                .continuation([1], isFinal: true), configuration: configuration) == .messageTooBig)
    }

    @Test("Too many fragments fail with 1008, empty ones too")
    func tooManyFragments() {
        let configuration = WebSocketConfiguration(maximumFragments: 3)
        let empty = ClientFrame.continuation([], isFinal: false)
        let last = ClientFrame.continuation([], isFinal: true)
        #expect(
            events(of: .text("a", isFinal: false), empty, last, .text("b"), configuration: configuration)
                == [.text("a"), .text("b")])
        #expect(
            self.code(of: .text("a", isFinal: false), empty, empty, empty, configuration: configuration)
                == .policyViolation)
    }

    @Test("Close codes that no peer may send fail with 1002")
    func closeCodes() {
        let allowed = Set<UInt16>(1000...1003).union(1007...1014).union(3000...4999)
        for code in Array(0...5100) + stride(from: 5101, through: UInt16.max, by: 97) {
            let found = events(of: .close(code))
            let expected: FrameEvent? = allowed.contains(code) ? .close(CloseCode(rawValue: code), reason: "") : nil
            if found.count != 1 || (expected != nil ? found[0] != expected : found[0].violatedCode != .protocolError) {
                Issue.record("close code \(code) gave \(found)")
            }
        }
    }

    @Test("A close frame of one byte fails with 1002")
    func shortClose() {
        #expect(self.code(of: ClientFrame(opcode: 0x8, payload: [3])) == .protocolError)
    }

    @Test("A close reason that is not UTF-8 fails with 1007")
    func closeReason() {
        #expect(self.code(of: .close(1000, [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xED, 0xA0, 0x80])) == .invalidPayload)
        #expect(self.code(of: .close(1000, [0xE2, 0x82])) == .invalidPayload)
    }

    @Test("Text that is not UTF-8 fails with 1007")
    func invalidText() {
        #expect(self.code(of: ClientFrame(opcode: 0x1, payload: [0x61, 0xFF])) == .invalidPayload)
    }

    @Test("Text that ends inside a character fails with 1007")
    func truncatedText() {
        #expect(self.code(of: ClientFrame(opcode: 0x1, payload: [0xE2, 0x82])) == .invalidPayload)
        #expect(
            self.code(
                of: ClientFrame(opcode: 0x1, payload: [0xE2], isFinal: false), .continuation([0x82], isFinal: true))
                == .invalidPayload)
    }

    @Test("Invalid text fails at its first impossible byte, inside a frame and inside a message")
    func failsFast() {
        var parser = FrameParser()
        let frame = ClientFrame(
            opcode: 0x1, payload: [0x61, 0xF4, 0x90] + [UInt8](repeating: 0x61, count: 50), isFinal: false)
        var upToBadByte = ByteBuffer(bytes: frame.bytes.prefix(2 + 4 + 3))
        #expect(parser.next(&upToBadByte)?.violatedCode == .invalidPayload)
        #expect(parser.isFinished)
        #expect(!parser.holdsBytes)
    }

    @Test("Invalid bytes are no matter in a binary message")
    func invalidBinary() {
        #expect(events(of: .binary([0xFF, 0xC0])) == [.binary([0xFF, 0xC0])])
    }
}
