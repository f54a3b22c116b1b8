/// Writes one array, like ``BSONWriter``; the keys "0", "1", … are made here.
package struct BSONArrayWriter: ~Copyable {
    private var bytes: [UInt8]
    /// Where the array begins.
    private let start: Int
    /// How many values there are so far.
    package private(set) var count = 0

    /// - Parameter capacity: bytes to reserve; the buffer grows when that is not enough.
    package init(reservingCapacity capacity: Int = 0) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.max(capacity, 64))
        self.init(openingIn: bytes)
    }

    /// Opens an array behind what is in `bytes`.
    init(openingIn bytes: consuming [UInt8]) {
        self.bytes = bytes
        start = self.bytes.count
        self.bytes.appendInt32(0)
    }

    /// The finished array.
    package consuming func finish() -> BSONArray {
        BSONArray(trusted: close())
    }

    /// Closes the array and gives back the buffer.
    consuming func close() -> [UInt8] {
        bytes.closeDocument(from: start)
        return bytes
    }

    private mutating func appendHeader(_ type: BSONType) {
        bytes.append(type.rawValue)
        bytes.appendDecimal(count)
        bytes.append(0)
        count += 1
    }
}

extension BSONArrayWriter {
    /// UTF-8; may hold U+0000.
    package mutating func append(_ value: String) {
        appendHeader(.string)
        bytes.appendString(value)
    }

    /// Four bytes.
    package mutating func append(_ value: Int32) {
        appendHeader(.int32)
        bytes.appendInt32(value)
    }

    /// Eight bytes.
    package mutating func append(_ value: Int64) {
        appendHeader(.int64)
        bytes.appendInt64(value)
    }

    /// Always as int64, whatever the number.
    package mutating func append(_ value: Int) {
        append(Int64(value))
    }

    /// Eight bytes, every bit kept (NaN too).
    package mutating func append(_ value: Double) {
        appendHeader(.double)
        bytes.appendInt64(Int64(bitPattern: value.bitPattern))
    }

    /// One byte.
    package mutating func append(_ value: Bool) {
        appendHeader(.bool)
        bytes.append(value ? 1 : 0)
    }

    /// Twelve bytes.
    package mutating func append(_ value: ObjectID) {
        appendHeader(.objectID)
        value.write(into: &bytes)
    }

    /// Copies the bytes of the document.
    package mutating func append(_ value: BSONDocument) {
        appendHeader(.document)
        bytes.append(contentsOf: value.bytes)
    }

    /// Copies the bytes of the array.
    package mutating func append(_ value: BSONArray) {
        appendHeader(.array)
        bytes.append(contentsOf: value.bytes)
    }

    /// Subtype and bytes.
    package mutating func append(_ value: BSONBinary) {
        appendHeader(.binary)
        bytes.appendBinary(value)
    }

    /// A value of any type. The overloads of one type are for literals and for the hot path.
    @_disfavoredOverload
    package mutating func append(_ value: BSONValue) {
        appendHeader(value.type)
        bytes.appendPayload(value)
    }

    /// - Parameter milliseconds: since 1970.
    package mutating func appendDatetime(milliseconds: Int64) {
        appendHeader(.datetime)
        bytes.appendInt64(milliseconds)
    }

    /// Type only, no bytes.
    package mutating func appendNull() {
        appendHeader(.null)
    }

    /// A document, written by `body` in place. When `body` throws, the value is not there.
    package mutating func document<Failure: Error>(
        _ body: (inout BSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let mark = bytes.count
        appendHeader(.document)
        do {
            try bytes.nestDocument(elementAt: mark, body)
        } catch {
            count -= 1
            throw error
        }
    }

    /// An array, written by `body` in place. When `body` throws, the value is not there.
    package mutating func array<Failure: Error>(
        _ body: (inout BSONArrayWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let mark = bytes.count
        appendHeader(.array)
        do {
            try bytes.nestArray(elementAt: mark, body)
        } catch {
            count -= 1
            throw error
        }
    }
}
