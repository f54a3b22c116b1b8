package import BSON
package import Chat
package import NIOCore

/// Writes one JSON text (RFC 8259) into a buffer, front to back. The caller keeps the grammar: a key before each value
/// of an object, an end for each beginning.
package struct JSONWriter {
    package private(set) var buffer: ByteBuffer
    private var needsComma = false
    /// A key whose value is not there yet; both are written at once.
    private var pendingKey: StaticString?

    /// Room for a message of usual size, in bytes, so that the buffer need not grow step by step.
    private static let initialCapacity = 512

    package init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
        self.buffer.reserveCapacity(minimumWritableBytes: Self.initialCapacity)
    }

    package mutating func beginObject() {
        append(upTo: 1) { $0.put(UInt8(ascii: "{")) }
        needsComma = false
    }

    package mutating func endObject() {
        needsComma = false
        append(upTo: 1) { $0.put(UInt8(ascii: "}")) }
    }

    package mutating func beginArray() {
        append(upTo: 1) { $0.put(UInt8(ascii: "[")) }
        needsComma = false
    }

    package mutating func endArray() {
        needsComma = false
        append(upTo: 1) { $0.put(UInt8(ascii: "]")) }
    }

    /// - Parameter key: plain ASCII without characters that need escaping.
    package mutating func key(_ key: StaticString) {
        pendingKey = key
    }

    package mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            let length = JSONEscaping.length(of: bytes)
            append(upTo: length + 2) { target in
                target.put(UInt8(ascii: "\""))
                if length == bytes.count {
                    target.put(bytes)
                } else {
                    JSONEscaping.put(bytes, into: &target)
                }
                target.put(UInt8(ascii: "\""))
            }
        }
    }

    package mutating func integer(_ value: Int64) {
        append(upTo: 20) { target in
            if value < 0 { target.put(UInt8(ascii: "-")) }
            target.put(decimal: value.magnitude)
        }
    }

    package mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    package mutating func null() {
        literal("null")
    }

    /// An id as a string of 24 hexadecimal digits.
    package mutating func id(_ value: ObjectID) {
        append(upTo: 26) { target in
            target.put(UInt8(ascii: "\""))
            target.put(hexadecimal: value.high, digits: 16)
            target.put(hexadecimal: UInt64(value.low), digits: 8)
            target.put(UInt8(ascii: "\""))
        }
    }

    /// A time as a string in RFC 3339.
    package mutating func timestamp(_ value: Timestamp) {
        append(upTo: Timestamp.encodedLength + 2) { target in
            target.put(UInt8(ascii: "\""))
            let digits = target.take(Timestamp.encodedLength)
            value.writeRFC3339 { index, byte in digits[index] = byte }
            target.put(UInt8(ascii: "\""))
        }
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: ByteBuffer) {
        append(upTo: 0) { _ in }
        buffer.writeImmutableBuffer(json)
    }

    private mutating func literal(_ literal: StaticString) {
        append(upTo: literal.utf8CodeUnitCount) { $0.put(literal) }
    }

    /// Appends one piece of at most `count` bytes, with the comma and the key that belong before it: the buffer is looked
    /// at once for all of them.
    @inline(__always)
    private mutating func append(upTo count: Int, _ body: (inout JSONTarget) -> Void) {
        let needsComma = needsComma
        let key = pendingKey
        let room = count + (key?.utf8CodeUnitCount ?? 0) + 4
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { bytes in
            var target = JSONTarget(bytes)
            if needsComma { target.put(UInt8(ascii: ",")) }
            if let key {
                target.put(UInt8(ascii: "\""))
                target.put(key)
                target.put(UInt8(ascii: "\""))
                target.put(UInt8(ascii: ":"))
            }
            body(&target)
            return target.count
        }
        self.needsComma = true
        pendingKey = nil
    }
}
