import BSON

/// Random documents of every type.
struct RandomDocument {
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func document(depth: Int = 0) -> BSONDocument {
        var document = BSONDocument()
        for _ in 0..<Int.random(in: 0...(depth == 0 ? 12 : 4), using: &generator) {
            document.append(key(), value(depth: depth))
        }
        return document
    }

    mutating func value(depth: Int) -> BSONValue {
        if depth < 5, Int.random(in: 0..<4, using: &generator) == 0 {
            return nestedValue(depth: depth)
        }
        switch Int.random(in: 0..<18, using: &generator) {
        case 0: return .double(Double(bitPattern: number()))
        case 1: return .string(text())
        case 2: return .binary(BSONBinary(bytes(), subtype: UInt8.random(in: 0...8, using: &generator)))
        case 3: return .undefined
        case 4: return .objectID(objectID())
        case 5: return .bool(Bool.random(using: &generator))
        case 6: return .datetime(milliseconds: Int64(bitPattern: number()))
        case 7: return .null
        case 8: return .regex(pattern: key(), options: ["", "i", "im"].randomElement(using: &generator) ?? "")
        case 9: return .dbPointer(collection: text(), id: objectID())
        case 10: return .javascript(text())
        case 11: return .symbol(text())
        case 12: return .int32(Int32(truncatingIfNeeded: number()))
        case 13: return .timestamp(number())
        case 14: return .int64(Int64(bitPattern: number()))
        case 15: return .decimal128(high: number(), low: number())
        case 16: return .minKey
        default: return .maxKey
        }
    }

    mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "$", ".", "\0", "\n", "é", "ß", "語", "😀", "\u{10FFFF}",
        ]
        let length = Int.random(in: 0...24, using: &generator)
        return String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
    }

    /// Text without NUL.
    mutating func key() -> String {
        text().filter { $0 != "\0" }
    }

    private mutating func nestedValue(depth: Int) -> BSONValue {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1:
            return .document(document(depth: depth + 1))
        case 2, 3:
            let count = Int.random(in: 0...12, using: &generator)
            return .array(BSONArray((0..<count).map { _ in value(depth: depth + 1) }))
        default:
            return .javascriptWithScope(code: text(), scope: document(depth: depth + 1))
        }
    }

    private mutating func bytes() -> [UInt8] {
        (0..<Int.random(in: 0...20, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private mutating func objectID() -> ObjectID {
        ObjectID(high: number(), low: UInt32(truncatingIfNeeded: number()))
    }

    /// Often one at the edge of something.
    private mutating func number() -> UInt64 {
        let edges: [UInt64] = [0, 1, .max, 1 << 31, 1 << 63, 0x7FF0_0000_0000_0000, 0x7FF8_0000_0000_0000]
        return Bool.random(using: &generator) ? generator.next() : edges.randomElement(using: &generator) ?? 0
    }
}
