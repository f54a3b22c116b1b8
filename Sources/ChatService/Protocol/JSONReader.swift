/// Reads one JSON text (RFC 8259), front to back and strictly: no comments, no trailing commas, no byte order mark,
/// nothing but UTF-8, nothing after the value.
///
/// The bytes must outlive the reader; whatever they are, nothing is read beyond them and nothing traps. What a sender
/// can nest is bounded, and passing over it does not recurse. Every value is looked at once and checked whole
/// (``value()``); strings and numbers are made only of those that are asked for.
///
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///         let value = try reader.value()
///         if case "content" = key { content = reader.string(value) }
///     }
///     try reader.end()
///
/// A field that stands twice is handed out twice. Foundation's decoder takes the first one.
package struct JSONReader: ~Copyable {
    /// How many containers may be open at once.
    package static let maximumDepth = 64

    let bytes: UnsafeRawBufferPointer
    var position = 0
    private var depth = 0
    /// Whether the open container has had no entry yet, so that no comma stands before the next.
    private var isFirst = false

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Enters an object; its fields come from ``nextKey()``.
    package mutating func beginObject() throws(JSONError) {
        try begin(with: UInt8(ascii: "{"))
    }

    /// The name of the next field, whose value must then be read; nil, and the object is left, when there is none.
    package mutating func nextKey() throws(JSONError) -> JSONKey? {
        guard try nextEntry(or: UInt8(ascii: "}")) else { return nil }
        let name = try scanName()
        guard !name.isPlain else { return JSONKey(bytes, name.start..<name.end, name: name) }
        var text = string(name) ?? ""
        return text.withUTF8 { JSONKey(UnsafeRawBufferPointer($0), 0..<$0.count, name: name) }
    }

    /// Enters an array; ``nextElement()`` says whether there is a next value to read.
    package mutating func beginArray() throws(JSONError) {
        try begin(with: UInt8(ascii: "["))
    }

    /// Whether there is another element, whose value must then be read; if not, the array is left.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try nextEntry(or: UInt8(ascii: "]"))
    }

    /// Reads over the next value, whatever it is.
    package mutating func value() throws(JSONError) -> JSONValue {
        skipWhitespace()
        let start = position
        let byte = current
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            try skipContainer()
            let kind: JSONValue.Kind = byte == UInt8(ascii: "{") ? .object : .array
            return JSONValue(kind: kind, start: start, end: position, isPlain: false)
        }
        return try scanScalar()
    }

    /// Nothing but white space may be left.
    package mutating func end() throws(JSONError) {
        skipWhitespace()
        guard position == bytes.count, depth == 0 else { throw error() }
    }

    // MARK: Containers

    private mutating func begin(with bracket: UInt8) throws(JSONError) {
        skipWhitespace()
        guard current == bracket else { throw error() }
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        position += 1
        depth += 1
        isFirst = true
    }

    /// Goes to the next entry of the open container; or over the bracket that closes it, and returns false.
    private mutating func nextEntry(or bracket: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        if current == bracket, depth > 0 {
            position += 1
            depth -= 1
            isFirst = false
            return false
        }
        guard !isFirst else {
            isFirst = false
            return true
        }
        guard current == UInt8(ascii: ",") else { throw error() }
        position += 1
        return true
    }

    /// From an opening bracket to the one that closes it.
    private mutating func skipContainer() throws(JSONError) {
        // The open containers, the innermost one in the lowest bit: 1 is an object.
        var objects: UInt64 = 0
        var open = 0
        repeat {
            skipWhitespace()
            let byte = current
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                guard depth + open < Self.maximumDepth else { throw error(.tooDeep) }
                position += 1
                open += 1
                objects = objects << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
                skipWhitespace()
                if current != (byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if objects & 1 == 1 { _ = try scanName() }
                    continue
                }
            } else {
                _ = try scanScalar()
            }
            // A value is over, and so is each container whose bracket follows.
            skipWhitespace()
            while open > 0, current == (objects & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                position += 1
                open -= 1
                objects >>= 1
                if open > 0 { skipWhitespace() }
            }
            if open > 0 {
                guard current == UInt8(ascii: ",") else { throw error() }
                position += 1
                if objects & 1 == 1 { _ = try scanName() }
            }
        } while open > 0
    }

    /// A field's name and the colon after it.
    private mutating func scanName() throws(JSONError) -> JSONValue {
        skipWhitespace()
        guard current == UInt8(ascii: "\"") else { throw error() }
        let name = try scanString()
        skipWhitespace()
        guard current == UInt8(ascii: ":") else { throw error() }
        position += 1
        return name
    }
}
