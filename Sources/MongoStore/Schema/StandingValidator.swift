package import BSON

/// A validator with the way the server applies it. Equal when the server would judge alike.
package struct StandingValidator: Sendable {
    /// Not empty.
    let document: BSONDocument
    /// `strict`: also documents that were there before are checked when they change. `moderate`, `off`.
    let level: String
    /// `error` refuses what does not pass, `warn` only logs it.
    let action: String

    /// The schema's: nothing passes that does not comply. Nil when the collection has none.
    package init?(_ collection: CollectionSchema) {
        guard let validator = collection.validator else { return nil }
        document = validator
        level = "strict"
        action = "error"
    }

    /// - Parameter options: of a collection, as `listCollections` gives them. Nil when they hold no validator.
    package init?(options: BSONDocument) {
        guard let validator = options.document("validator"), !validator.isEmpty else { return nil }
        document = validator
        level = options.string("validationLevel") ?? "strict"
        action = options.string("validationAction") ?? "error"
    }

    /// A line for each place where the two differ.
    func differences(from schema: StandingValidator?) -> [String] {
        guard let schema else { return [] }
        return Self.differences("validator", .document(schema.document), .document(document))
            + Self.differences("validationLevel", .string(schema.level), .string(level))
            + Self.differences("validationAction", .string(schema.action), .string(action))
    }

    /// Goes into documents only: an array is one value.
    private static func differences(_ path: String, _ expected: BSONValue?, _ found: BSONValue?) -> [String] {
        if case .document(let expected) = expected, case .document(let found) = found {
            let keys = expected.keys + found.keys.filter { expected[$0] == nil }
            return keys.flatMap { differences("\(path).\($0)", expected[$0], found[$0]) }
        }
        let texts = [expected, found].map { value in value.map { CanonicalText.of($0) } ?? "nothing" }
        return texts[0] == texts[1] ? [] : ["\(path): schema \(texts[0]), database \(texts[1])"]
    }
}

extension StandingValidator: Hashable, CustomStringConvertible {
    package var description: String {
        "\(CanonicalText.of(document)), level \(level), action \(action)"
    }

    package static func == (left: StandingValidator, right: StandingValidator) -> Bool {
        left.description == right.description
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }
}
