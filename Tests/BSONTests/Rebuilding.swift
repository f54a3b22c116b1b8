import BSON

// Takes documents apart into values and puts them together again.
extension BSONDocument {
    /// Nested documents and arrays are carried over as bytes.
    var rebuilt: BSONDocument {
        BSONDocument(map { ($0.key, $0.value) })
    }

    /// Nested documents and arrays are taken apart too, so the keys of arrays become "0", "1", ….
    var rebuiltDeeply: BSONDocument {
        BSONDocument(map { ($0.key, $0.value.rebuiltDeeply) })
    }
}

extension BSONValue {
    var rebuiltDeeply: BSONValue {
        switch self {
        case .document(let document): .document(document.rebuiltDeeply)
        case .array(let array): .array(BSONArray(array.map(\.rebuiltDeeply)))
        case .javascriptWithScope(let code, let scope):
            .javascriptWithScope(code: code, scope: scope.rebuiltDeeply)
        case .double, .string, .binary, .undefined, .objectID, .bool, .datetime, .null, .regex, .dbPointer, .javascript,
            .symbol, .int32, .timestamp, .int64, .decimal128, .minKey, .maxKey:
            self
        }
    }
}
