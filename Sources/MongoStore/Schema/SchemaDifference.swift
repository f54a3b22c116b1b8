/// One thing in a database that is not as the schema has it.
package enum SchemaDifference: Sendable, Hashable {
    case missingCollection(CollectionSchema)
    case missingIndex(collection: String, IndexSchema)
    /// An index of this name, or of these keys, stands with another definition. Never changed by `migrate`.
    case otherIndex(collection: String, expected: IndexSchema, standing: StandingIndex)
    /// An index that the schema does not know: costs every write, harms nothing else.
    case extraIndex(collection: String, StandingIndex)
    case missingValidator(CollectionSchema)
    case otherValidator(CollectionSchema, standing: StandingValidator)
    case extraValidator(CollectionSchema, standing: StandingValidator)

    package var collection: String {
        switch self {
        case .missingCollection(let collection), .missingValidator(let collection), .otherValidator(let collection, _),
            .extraValidator(let collection, _):
            collection.name
        case .missingIndex(let collection, _), .otherIndex(let collection, _, _), .extraIndex(let collection, _):
            collection
        }
    }

    /// Whether `migrate up` puts it right: it adds what is missing and sets validators, but drops and changes no index.
    package var isRepairable: Bool {
        switch self {
        case .missingCollection, .missingIndex, .missingValidator, .otherValidator, .extraValidator: true
        case .otherIndex, .extraIndex: false
        }
    }

    package var isWholeCollection: Bool {
        if case .missingCollection = self { true } else { false }
    }

    /// Whether it keeps `migrate up` from coming to its end.
    package var isConflict: Bool {
        if case .otherIndex = self { true } else { false }
    }
}

extension SchemaDifference {
    /// All differences, in the schema's order; an empty list when the database is as it must be. Pure.
    package static func between(_ schema: [CollectionSchema], _ database: StandingDatabase) -> [SchemaDifference] {
        schema.flatMap { collection -> [SchemaDifference] in
            guard let standing = database.collections[collection.name] else { return [.missingCollection(collection)] }
            return indexes(collection, standing) + validator(collection, standing)
        }
    }

    private static func indexes(
        _ collection: CollectionSchema, _ standing: StandingDatabase.Collection
    ) -> [SchemaDifference] {
        var differences: [SchemaDifference] = []
        var known: Set<String> = []
        for index in collection.indexes {
            let expected = StandingIndex(index)
            let named = standing.indexes.first { $0.name == expected.name }
            guard let found = named ?? standing.indexes.first(where: { $0.isSameKind(as: expected) }) else {
                differences.append(.missingIndex(collection: collection.name, index))
                continue
            }
            known.insert(found.name)
            if found != expected {
                differences.append(.otherIndex(collection: collection.name, expected: index, standing: found))
            }
        }
        return differences
            + standing.indexes.filter { !known.contains($0.name) }.map { .extraIndex(collection: collection.name, $0) }
    }

    private static func validator(
        _ collection: CollectionSchema, _ standing: StandingDatabase.Collection
    ) -> [SchemaDifference] {
        switch (StandingValidator(collection), standing.validator) {
        case (nil, nil): []
        case (.some, nil): [.missingValidator(collection)]
        case (nil, .some(let found)): [.extraValidator(collection, standing: found)]
        case (.some(let expected), .some(let found)):
            expected == found ? [] : [.otherValidator(collection, standing: found)]
        }
    }
}

extension SchemaDifference: CustomStringConvertible {
    /// One sentence; two definitions stand on lines of their own.
    package var description: String {
        switch self {
        case .missingCollection(let collection):
            "\(collection.name): the collection is missing"
        case .missingIndex(let collection, let index):
            "\(collection): index \(StandingIndex(index)) is missing"
        case .otherIndex(let collection, let expected, let standing):
            """
            \(collection): an index stands with another definition
                  schema:   \(StandingIndex(expected))
                  database: \(standing)
            """
        case .extraIndex(let collection, let index):
            "\(collection): index \(index) is not in the schema"
        case .missingValidator(let collection):
            "\(collection.name): the validator is missing"
        case .otherValidator(let collection, let standing):
            "\(collection.name): another validator stands"
                + standing.differences(from: StandingValidator(collection)).map { "\n      " + $0 }.joined()
        case .extraValidator(let collection, let standing):
            "\(collection.name): a validator stands that is not in the schema: \(standing)"
        }
    }
}
