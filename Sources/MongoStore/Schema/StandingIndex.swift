package import BSON

/// An index by what it does, in one form, whether it comes from the schema or from the server's `listIndexes`: numbers
/// without their type, what is at its default left out.
package struct StandingIndex: Sendable, Hashable {
    package let name: String
    /// In order, as `room_id: 1`.
    package let keys: [String]
    /// All that is not a default: `unique`, `partialFilterExpression`, … in canonical text.
    package let options: [String: String]

    package init(_ schema: IndexSchema) {
        self.init(specification: schema.specification)
    }

    /// - Parameter specification: a document of `listIndexes`.
    package init(specification: BSONDocument) {
        name = specification.string("name") ?? ""
        keys = (specification.document("key") ?? [:]).map { "\($0.key): \(CanonicalText.of($0.value))" }
        var options: [String: String] = [:]
        for (key, value) in specification where !Self.notOptions.contains(key) {
            options[key] = Self.text(of: key, value)
        }
        self.options = options
    }

    /// Whether the server takes both for the same index: it allows no second one of this kind.
    func isSameKind(as other: StandingIndex) -> Bool {
        keys == other.keys && ["partialFilterExpression", "collation"].allSatisfy { options[$0] == other.options[$0] }
    }

    private static let notOptions: Set<String> = ["v", "key", "name", "ns", "background"]

    /// Nil for a value that means the same as leaving the option out.
    private static func text(of key: String, _ value: BSONValue) -> String? {
        switch (key, value) {
        case (_, .bool(false)), (_, .null):
            return nil
        case ("collation", .document(let collation)):
            return CanonicalText.of(Collation.essence(collation))
        case (_, _):
            return CanonicalText.of(value)
        }
    }
}

extension StandingIndex: CustomStringConvertible {
    /// As in `room_id_1_seq_1 {room_id: 1, seq: 1} unique: true`.
    package var description: String {
        let options = options.sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }.joined()
        return "\(name) {\(keys.joined(separator: ", "))}\(options)"
    }
}

private enum Collation {
    /// What a collation that leaves a field out means; the server fills these in.
    private static let defaults: [String: BSONValue] = [
        "caseLevel": false, "caseFirst": "off", "strength": 3, "numericOrdering": false,
        "alternate": "non-ignorable", "maxVariable": "punct", "normalization": false, "backwards": false,
    ]

    /// Without what is at its default, and without `version`: that is of the server's library, and differs.
    static func essence(_ collation: BSONDocument) -> BSONDocument {
        BSONDocument(
            collation.filter { key, value in
                let isDefault = defaults[key].map { CanonicalText.of($0) == CanonicalText.of(value) } ?? false
                return key != "version" && !isDefault
            }.map { ($0.key, $0.value) })
    }
}
