@testable import ChatService
import Foundation
import NIOCore

/// Any JSON value, once read by our reader and once by Foundation's decoder, to be compared.
indirect enum JSONTree: Equatable {
    case null
    case bool(Bool)
    /// A number that was written without fraction and exponent and fits.
    case integer(Int64)
    case double(Double)
    case string([Unicode.Scalar])
    case array([JSONTree])
    /// Of a name that stands twice, the first value.
    case object([String: JSONTree])

    /// As our reader reads it.
    init(ours bytes: [UInt8]) throws(JSONError) {
        self = try ByteBuffer(bytes: bytes).withUnsafeReadableBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes)
            let tree = try JSONTree(&reader)
            try reader.end()
            return tree
        }
    }

    private init(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.value()
        switch value.kind {
        case .null:
            self = .null
        case .bool:
            self = .bool(reader.bool(value) ?? false)
        case .number:
            if let integer = reader.integer(value) {
                self = .integer(integer)
            } else if let double = reader.double(value) {
                self = .double(double)
            } else {
                throw JSONError(reason: .syntax, offset: value.start)
            }
        case .string:
            self = .string(Array((reader.string(value) ?? "").unicodeScalars))
        case .array:
            var inner = reader.inside(value)
            var elements: [JSONTree] = []
            try inner.beginArray()
            while try inner.nextElement() { elements.append(try JSONTree(&inner)) }
            try inner.end()
            self = .array(elements)
        case .object:
            var inner = reader.inside(value)
            var fields: [String: JSONTree] = [:]
            try inner.beginObject()
            while let key = try inner.nextKey() {
                let name = inner.string(key.name) ?? ""
                let tree = try JSONTree(&inner)
                if fields[name] == nil { fields[name] = tree }
            }
            try inner.end()
            self = .object(fields)
        }
    }

    /// As Foundation reads it; nil when it refuses. Its decoder passes over what nobody decodes, such as the second value
    /// of a name, without looking at it closely; its other reader looks at all.
    init?(foundation bytes: [UInt8]) {
        let data = Data(bytes)
        guard (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil,
            let decoded = try? JSONDecoder().decode(Decoded.self, from: data)
        else { return nil }
        self = decoded.tree
    }

    /// Whether both trees have the same values. A number with fraction or exponent is a Double for our reader, while
    /// Foundation makes an integer of it where it can.
    func agrees(with foundation: JSONTree) -> Bool {
        switch (self, foundation) {
        case (.double(let ours), .integer(let theirs)): ours == Double(theirs)
        case (.array(let ours), .array(let theirs)):
            ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0.agrees(with: $1) }
        case (.object(let ours), .object(let theirs)):
            ours.count == theirs.count && ours.allSatisfy { theirs[$0].map($1.agrees) == true }
        default: self == foundation
        }
    }
}

private struct Decoded: Decodable {
    let tree: JSONTree

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if try decoder.singleValueContainer().decodeNil() {
            tree = .null
        } else if let fields = try Self.ifTyped({ try decoder.container(keyedBy: Key.self) }) {
            var object: [String: JSONTree] = [:]
            for key in fields.allKeys {
                object[key.stringValue] = try fields.decode(Decoded.self, forKey: key).tree
            }
            tree = .object(object)
        } else if var elements = try Self.ifTyped({ try decoder.unkeyedContainer() }) {
            var array: [JSONTree] = []
            while !elements.isAtEnd { array.append(try elements.decode(Decoded.self).tree) }
            tree = .array(array)
        } else {
            tree = try Self.scalar(try decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONTree {
        if let bool = try ifTyped({ try container.decode(Bool.self) }) { return .bool(bool) }
        if let string = try ifTyped({ try container.decode(String.self) }) {
            return .string(Array(string.unicodeScalars))
        }
        if let integer = try? container.decode(Int64.self) { return .integer(integer) }
        return .double(try container.decode(Double.self))
    }

    /// Nil when the value is of another type; other errors are the text's.
    private static func ifTyped<Value>(_ decode: () throws -> Value) throws -> Value? {
        do {
            return try decode()
        } catch DecodingError.typeMismatch {
            return nil
        }
    }
}
