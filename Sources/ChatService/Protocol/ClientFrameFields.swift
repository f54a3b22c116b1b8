import BSON
import Chat

/// The fields of one client frame, as places in its text: a field is looked at when a command asks for it, so that a
/// wrong one spoils only the command that has it, and the answer can still name the frame.
///
/// A name that stands twice counts once, as its first. `null` is as good as missing. The text must outlive the fields.
struct ClientFrameFields: ~Copyable {
    let reader: JSONReader
    private let entries: [Entry]

    private struct Entry {
        let key: JSONKey
        let value: JSONValue
    }

    /// More than any command has, with room for those of later versions.
    static let maximumCount = 64

    /// - Parameter name: what the text is, for whoever sent it.
    /// - Throws: `bad_request` unless the text is one JSON object with at most ``maximumCount`` fields.
    init(_ text: UnsafeRawBufferPointer, as name: StaticString = "a frame") throws(ChatError) {
        var reader = JSONReader(text)
        let entries = try Self.entries(&reader, name)
        self.reader = reader
        self.entries = entries
    }

    private static func entries(_ reader: inout JSONReader, _ name: StaticString) throws(ChatError) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(4)
        do throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let value = try reader.value()
                if entries.count <= maximumCount { entries.append(Entry(key: key, value: value)) }
            }
            try reader.end()
        } catch {
            throw .badRequest("\(name) is one JSON object")
        }
        guard entries.count <= maximumCount else { throw .badRequest("\(name) has at most \(maximumCount) fields") }
        return entries
    }

    /// Whether the field is there, be it null.
    func has(_ name: StaticString) -> Bool {
        entries.contains { $0.key.matches(name) }
    }

    /// The value of a field; nil when it is missing or null.
    @inline(__always)
    func value(_ name: StaticString) -> JSONValue? {
        for index in entries.indices where entries[index].key.matches(name) {
            let value = entries[index].value
            return value.kind == .null ? nil : value
        }
        return nil
    }

    /// The text of a value; nil when it is something else.
    func string(_ value: JSONValue) -> String? {
        reader.string(value)
    }
}

// What commands ask for. Each throws `bad_request`, naming the field, when it has another type; those that are not
// optional also when it is missing.
extension ClientFrameFields {
    func text(_ name: StaticString) throws(ChatError) -> String {
        try required(optionalText(name), name)
    }

    @inline(__always)
    func optionalText(_ name: StaticString) throws(ChatError) -> String? {
        guard let value = value(name) else { return nil }
        return try typed(reader.string(value), name, "a string")
    }

    func flag(_ name: StaticString) throws(ChatError) -> Bool {
        guard let value = value(name) else { throw Self.missing(name) }
        return try typed(reader.bool(value), name, "true or false")
    }

    func optionalID(_ name: StaticString) throws(ChatError) -> ObjectID? {
        guard let value = value(name) else { return nil }
        return try typed(reader.string(value).flatMap { ObjectID($0) }, name, "a message id of 24 hexadecimal digits")
    }

    /// The number of entries of a page: a whole number, clamped to `PageLimit.range`.
    func optionalLimit(_ name: StaticString) throws(ChatError) -> Int? {
        guard let value = value(name) else { return nil }
        let number = try typed(reader.double(value), name, "a whole number")
        guard number == number.rounded() else { throw Self.wrong(name, "a whole number") }
        return Int(min(max(number, Double(PageLimit.range.lowerBound)), Double(PageLimit.range.upperBound)))
    }

    /// A whole number within the range, which is one of numbers that a double holds exactly.
    func number(_ name: StaticString, in range: ClosedRange<Int64>) throws(ChatError) -> Int64 {
        guard let value = value(name) else { throw Self.missing(name) }
        let number = try typed(reader.double(value), name, "a whole number")
        guard let whole = Int64(exactly: number), range.contains(whole) else {
            throw Self.wrong(name, "a whole number of \(range.lowerBound) to \(range.upperBound)")
        }
        return whole
    }

    /// The same; nil when it is missing.
    func optionalNumber(_ name: StaticString, in range: ClosedRange<Int64>) throws(ChatError) -> Int64? {
        value(name) == nil ? nil : try number(name, in: range)
    }

    /// An array of texts; empty when it is missing.
    func optionalTexts(_ name: StaticString, upTo maximumCount: Int) throws(ChatError) -> [String] {
        guard let value = value(name) else { return [] }
        let kind = "an array of at most \(maximumCount) strings"
        guard value.kind == .array else { throw Self.wrong(name, kind) }
        var texts: [String] = []
        var elements = reader.inside(value)
        do throws(JSONError) {
            try elements.beginArray()
            while try elements.nextElement() {
                guard texts.count < maximumCount, let text = try elements.string(elements.value()) else {
                    throw JSONError(reason: .syntax, offset: 0)
                }
                texts.append(text)
            }
        } catch {
            throw Self.wrong(name, kind)
        }
        return texts
    }

    private func required<Value>(_ value: Value?, _ name: StaticString) throws(ChatError) -> Value {
        guard let value else { throw Self.missing(name) }
        return value
    }

    private func typed<Value>(_ value: Value?, _ name: StaticString, _ kind: String) throws(ChatError) -> Value {
        guard let value else { throw Self.wrong(name, kind) }
        return value
    }

    static func missing(_ name: StaticString) -> ChatError {
        .badRequest("\(name) is missing")
    }

    static func wrong(_ name: StaticString, _ kind: String) -> ChatError {
        .badRequest("\(name) must be \(kind)")
    }
}
