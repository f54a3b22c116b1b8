internal import BSON

/// Builds validators: JSON schemas in MongoDB's dialect (`bsonType`), of the keywords that both mongod and the embedded
/// server enforce. Lengths count Unicode code points.
enum ValidatorShape {
    /// - Parameter fields: other fields may be there too, of any kind: a later version may add some.
    static func document(required: [String], _ fields: KeyValuePairs<String, BSONDocument>) -> BSONDocument {
        ["$jsonSchema": .document(object(required: required, fields))]
    }

    static func object(
        required: [String] = [], _ fields: KeyValuePairs<String, BSONDocument> = [:]
    ) -> BSONDocument {
        var shape = type("object")
        // An empty `required` is an error to mongod.
        if !required.isEmpty { shape.append("required", .array(BSONArray(required.map { .string($0) }))) }
        if !fields.isEmpty {
            shape.append("properties", .document(BSONDocument(fields.map { ($0.key, .document($0.value)) })))
        }
        return shape
    }

    static func type(_ names: String...) -> BSONDocument {
        ["bsonType": names.count == 1 ? .string(names[0]) : .array(BSONArray(names.map { .string($0) }))]
    }

    static func string(_ length: ClosedRange<Int>) -> BSONDocument {
        var shape = type("string")
        if length.lowerBound > 0 { shape.append("minLength", .int64(Int64(length.lowerBound))) }
        shape.append("maxLength", .int64(Int64(length.upperBound)))
        return shape
    }

    static func oneOf(_ words: String...) -> BSONDocument {
        ["enum": .array(BSONArray(words.map { .string($0) }))]
    }

    /// Any integer type: other programs' drivers write small numbers as int32.
    static func integer(from minimum: Int64) -> BSONDocument {
        ["bsonType": ["int", "long"], "minimum": .int64(minimum)]
    }

    static func array(of items: BSONDocument, upTo maximum: Int) -> BSONDocument {
        ["bsonType": "array", "maxItems": .int64(Int64(maximum)), "items": .document(items)]
    }

    static let objectID = type("objectId")
    static let date = type("date")
    static let object = type("object")

    /// 1 to 64 of `A-Z a-z 0-9 _ . : -`, not `.`, `..`, `direct`, `me`. Says what may not be there, since `$` would
    /// also match before a line break at the end.
    static let roomID: BSONDocument = [
        "bsonType": "string", "minLength": 1, "maxLength": 64,
        "not": ["pattern": #"[^A-Za-z0-9_.:-]|^(\.|\.\.|direct|me)$"#],
    ]

    /// 1 to 128 bytes; the service checks bytes and control characters, here code points are counted.
    static let userID = string(1...128)
}
