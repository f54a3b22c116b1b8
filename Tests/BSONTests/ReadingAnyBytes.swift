import BSON

// What must hold for any bytes whatever; the tests and the fuzz driver share it.

/// What is wrong with how these bytes are read: nil unless there is a bug. Beyond that, nothing here may trap.
func fault(with bytes: [UInt8]) -> String? {
    exercise(bytes)
    let readable = isReadable(BSONReader(bytes), depth: 1)
    guard let document = try? BSONDocument(validating: bytes) else {
        return readable ? "the reader takes what the validator refuses" : nil
    }
    guard readable else { return "the validator takes what the reader refuses" }
    guard document.rebuilt.bytes == bytes else { return "the elements make up another document" }
    let deep = document.rebuiltDeeply
    guard (try? BSONDocument(validating: deep.bytes)) != nil else { return "the values make up no valid document" }
    guard deep.rebuiltDeeply == deep else { return "the values do not round-trip" }
    return nil
}

/// Uses everything that reads a document, on bytes that may be broken.
func exercise(_ bytes: [UInt8]) {
    var document = BSONDocument(trusted: bytes)
    _ = (document.isEmpty, document.count, document.keys, document.description, document.hashValue)
    for key in ["", "a", "_id", "0"] + document.keys.prefix(3) {
        _ = document[key]
        _ = (document.string(key), document.int64(key), document.double(key), document.bool(key))
        _ = (document.objectID(key), document.milliseconds(key), document.document(key), document.binary(key))
        _ = document.array(key).map { ($0.count, $0.values, $0.documents, $0[1], $0.description) }
    }
    _ = BSONArray(trusted: bytes).values
    document.append("more", 1)
    document.append(contentsOf: BSONDocument(trusted: bytes))
}

/// Whether every element down to the innermost can be read, and none is deeper than allowed.
private func isReadable(_ reader: BSONReader, depth: Int) -> Bool {
    guard depth <= BSONDocument.maximumDepth else { return false }
    var reader = reader
    do throws(BSONError) {
        while let element = try reader.next() {
            if let nested = element.reader {
                guard isReadable(nested, depth: depth + 1) else { return false }
            } else if case .javascriptWithScope(_, let scope) = try element.value() {
                guard isReadable(BSONReader(scope), depth: depth + 1) else { return false }
            }
        }
        return true
    } catch {
        return false
    }
}
