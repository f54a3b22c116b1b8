/// What the descriptions are made of. Walks in place and only so deep as documents may be.
enum BSONText {
    static func document(_ reader: BSONReader, depth: Int) -> String {
        "{" + list(reader, depth: depth) { "\(quoted($0.key)): " } + "}"
    }

    static func array(_ reader: BSONReader, depth: Int) -> String {
        "[" + list(reader, depth: depth) { _ in "" } + "]"
    }

    private static func list(_ reader: BSONReader, depth: Int, _ key: (BSONElement) -> String) -> String {
        guard depth <= BSONDocument.maximumDepth else { return "…" }
        var reader = reader
        var parts: [String] = []
        do throws(BSONError) {
            while let element = try reader.next() {
                parts.append(key(element) + (try value(of: element, depth: depth)))
            }
        } catch {
            parts.append("!")
        }
        return parts.joined(separator: ", ")
    }

    private static func value(of element: BSONElement, depth: Int) throws(BSONError) -> String {
        if let reader = element.reader {
            return element.type == .array ? array(reader, depth: depth + 1) : document(reader, depth: depth + 1)
        }
        switch try element.value() {
        case .double(let value): return "\(value)"
        case .string(let value): return quoted(value)
        case .binary(let value): return "{\"$binary\": \"\(hex(value.bytes))\", \"subtype\": \(value.subtype)}"
        case .undefined: return "{\"$undefined\": true}"
        case .objectID(let id): return "{\"$oid\": \"\(id)\"}"
        case .bool(let value): return "\(value)"
        case .datetime(let milliseconds): return "{\"$date\": \(milliseconds)}"
        case .null: return "null"
        case .regex(let pattern, let options):
            return "{\"$regex\": \(quoted(pattern)), \"$options\": \(quoted(options))}"
        case .dbPointer(let collection, let id): return "{\"$ref\": \(quoted(collection)), \"$id\": \"\(id)\"}"
        case .javascript(let code): return "{\"$code\": \(quoted(code))}"
        case .symbol(let value): return "{\"$symbol\": \(quoted(value))}"
        case .javascriptWithScope(let code, let scope):
            return "{\"$code\": \(quoted(code)), \"$scope\": \(document(BSONReader(scope), depth: depth + 1))}"
        case .int32(let value): return "\(value)"
        case .timestamp(let value): return "{\"$timestamp\": {\"t\": \(value >> 32), \"i\": \(value & 0xFFFF_FFFF)}}"
        case .int64(let value): return "\(value)"
        case .decimal128(let high, let low):
            return "{\"$decimal128\": [\"\(String(high, radix: 16))\", \"\(String(low, radix: 16))\"]}"
        case .minKey: return "{\"$minKey\": 1}"
        case .maxKey: return "{\"$maxKey\": 1}"
        case .document(let value): return document(BSONReader(value), depth: depth + 1)
        case .array(let value): return array(BSONReader(value.bytes), depth: depth + 1)
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\0"..<" ", "\u{7F}": quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
