/// One numbered step from an empty (or an older) database to the current schema. Idempotent: a step that was
/// interrupted, or applied without being recorded, is simply run again.
package struct MigrationStep: Sendable, Hashable {
    /// What a step makes, together with the fingerprint of its definition when the step was written.
    package struct Target: Sendable, Hashable {
        package var collection: String
        /// The index' name; nil: the collection or its validator.
        package var index: String?
        package var fingerprint: String

        init(_ collection: String, _ index: String? = nil, _ fingerprint: String) {
            self.collection = collection
            self.index = index
            self.fingerprint = fingerprint
        }
    }

    package enum Action: Sendable, Hashable {
        /// Makes collections that are missing, with their validators as they are now.
        case createCollections([String])
        /// Numbers the messages of an older application, and makes their rooms, members and users.
        case adoptOlderMessages
        /// Builds indexes that are missing. One that stands with another definition stops the step.
        case buildIndexes([Target])
        /// Sets the validators of the schema as they are now.
        case setValidators([Target])
    }

    /// From 1, without holes.
    package var version: Int
    package var name: String
    package var action: Action

    /// Of all that the step is; stored with the record that it was applied. It must never change once released: another
    /// definition of an index or a validator is a further step.
    package var checksum: String {
        Fingerprint.of("\(version) \(name) \(actionText)")
    }

    private var actionText: String {
        switch action {
        case .createCollections(let names): "create " + names.joined(separator: " ")
        case .adoptOlderMessages: "adopt"
        case .buildIndexes(let targets): "index " + targets.map(\.text).joined(separator: " ")
        case .setValidators(let targets): "validate " + targets.map(\.text).joined(separator: " ")
        }
    }
}

extension MigrationStep.Target {
    fileprivate var text: String {
        [collection, index, fingerprint].compactMap(\.self).joined(separator: "/")
    }

    /// Of the definition in the schema now: equal to ``fingerprint`` until the definition is changed.
    package static func fingerprint(of index: IndexSchema) -> String {
        Fingerprint.of(StandingIndex(index).description)
    }

    package static func fingerprint(validatorOf collection: CollectionSchema) -> String {
        Fingerprint.of(StandingValidator(collection)?.description ?? "none")
    }
}
