package import NIOCore

/// Makes a server's frames (RFC 6455 section 5.2): final, unmasked, header and payload in one buffer.
package enum FrameWriter {
    /// The largest payload of a control frame, in bytes.
    package static let maximumControlPayload = 125

    private static let allocator = ByteBufferAllocator()

    /// The bytes of the header of an unmasked frame with that many bytes of payload: 2, 4 or 10.
    package static func headerLength(payloadBytes: Int) -> Int {
        payloadBytes <= 125 ? 2 : payloadBytes <= 0xFFFF ? 4 : 10
    }

    /// Appends the header of a frame whose payload the caller appends after it.
    /// - Parameter compressed: sets RSV1, the mark of permessage-deflate on a first frame (RFC 7692 section 6).
    package static func writeHeader(
        _ opcode: FrameOpcode, payloadBytes: Int, compressed: Bool = false, into buffer: inout ByteBuffer
    ) {
        buffer.writeInteger(0x80 | (compressed ? 0x40 : 0) | opcode.rawValue)
        switch payloadBytes {
        case ...125:
            buffer.writeInteger(UInt8(payloadBytes))
        case ...0xFFFF:
            buffer.writeMultipleIntegers(UInt8(126), UInt16(payloadBytes))
        default:
            buffer.writeMultipleIntegers(UInt8(127), UInt64(payloadBytes))
        }
    }

    /// Appends a whole frame.
    package static func write(
        _ opcode: FrameOpcode, payload: ByteBuffer, compressed: Bool = false, into buffer: inout ByteBuffer
    ) {
        self.writeHeader(opcode, payloadBytes: payload.readableBytes, compressed: compressed, into: &buffer)
        buffer.writeImmutableBuffer(payload)
    }

    /// Appends a whole text frame.
    package static func writeText(_ text: String, into buffer: inout ByteBuffer) {
        self.writeHeader(.text, payloadBytes: text.utf8.count, into: &buffer)
        buffer.writeString(text)
    }

    /// A frame in a buffer of its own size.
    package static func frame(_ opcode: FrameOpcode, payload: ByteBuffer, compressed: Bool = false) -> ByteBuffer {
        let length = payload.readableBytes
        var buffer = self.allocator.buffer(capacity: self.headerLength(payloadBytes: length) + length)
        self.write(opcode, payload: payload, compressed: compressed, into: &buffer)
        return buffer
    }

    /// A text frame in a buffer of its own size. The payload must be valid UTF-8.
    package static func textFrame(_ payload: ByteBuffer) -> ByteBuffer {
        self.frame(.text, payload: payload)
    }

    /// A text frame in a buffer of its own size.
    package static func textFrame(_ text: String) -> ByteBuffer {
        let length = text.utf8.count
        var buffer = self.allocator.buffer(capacity: self.headerLength(payloadBytes: length) + length)
        self.writeText(text, into: &buffer)
        return buffer
    }

    /// A close frame. Without a code it is empty (RFC 6455 section 5.5.1).
    /// - Parameter reason: cut at a character so that it fits into a control frame (123 bytes).
    package static func closeFrame(_ code: CloseCode?, reason: String = "") -> ByteBuffer {
        guard let code else { return self.frame(.close, payload: ByteBuffer()) }
        let reason = self.cut(reason, toBytes: self.maximumControlPayload - 2)
        var buffer = self.allocator.buffer(capacity: 4 + reason.utf8.count)
        self.writeHeader(.close, payloadBytes: 2 + reason.utf8.count, into: &buffer)
        buffer.writeInteger(code.rawValue)
        buffer.writeSubstring(reason)
        return buffer
    }

    private static func cut(_ text: String, toBytes limit: Int) -> Substring {
        guard text.utf8.count > limit else { return text[...] }
        var bytes = 0
        var end = text.startIndex
        while end < text.endIndex {
            let next = text.index(after: end)
            bytes += text[end..<next].utf8.count
            if bytes > limit { break }
            end = next
        }
        return text[..<end]
    }
}
