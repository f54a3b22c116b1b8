import Testing

@testable import MongoStore

struct MigrationStepTests {
    @Test func versionsCountFromOneWithoutHoles() {
        #expect(MigrationStep.all.map(\.version) == Array(1...MigrationStep.all.count))
        #expect(Set(MigrationStep.all.map(\.name)).count == MigrationStep.all.count)
    }

    /// A released step never changes: databases remember its checksum.
    @Test func releasedStepsKeepTheirChecksums() {
        #expect(
            MigrationStep.all.prefix(4).map { "\($0.name) \($0.checksum)" } == [
                "create-collections acd96b4ccbc0638c", "adopt-older-messages 1440b62a784715b5",
                "build-indexes d206f81c337eac5b", "set-validators 2265ee2ab4ea81cb",
            ])
    }

    @Test func everyCollectionIsCreatedByAStep() {
        let created = MigrationStep.all.flatMap { step -> [String] in
            if case .createCollections(let names) = step.action { names } else { [] }
        }
        #expect(created.sorted() == Schema.current.map(\.name).sorted())
    }

    @Test func everyIndexIsBuiltByAStepThatKnowsItsDefinition() {
        for collection in Schema.current {
            for index in collection.indexes {
                let target = MigrationStep.Target(
                    collection.name, index.name, MigrationStep.Target.fingerprint(of: index))
                let last = MigrationStep.all.flatMap { step -> [MigrationStep.Target] in
                    if case .buildIndexes(let targets) = step.action { targets } else { [] }
                }.last { $0.collection == collection.name && $0.index == index.name }
                #expect(last == target, "no step builds \(target)")
            }
        }
    }

    /// Fails when a validator was changed: then a further step must set it.
    @Test func everyValidatorIsSetByAStepThatKnowsItsDefinition() {
        for collection in Schema.current where collection.validator != nil {
            let target = MigrationStep.Target(
                collection.name, nil, MigrationStep.Target.fingerprint(validatorOf: collection))
            let last = MigrationStep.all.flatMap { step -> [MigrationStep.Target] in
                if case .setValidators(let targets) = step.action { targets } else { [] }
            }.last { $0.collection == collection.name }
            #expect(last == target, "no step sets \(target)")
        }
    }

    @Test func checksumsDependOnEveryPartOfAStep() {
        func step(_ version: Int, _ name: String, _ action: MigrationStep.Action) -> String {
            MigrationStep(version: version, name: name, action: action).checksum
        }
        let target = MigrationStep.Target("messages", "a_1", "0")
        let checksums = [
            step(1, "a", .adoptOlderMessages), step(2, "a", .adoptOlderMessages), step(1, "b", .adoptOlderMessages),
            step(1, "a", .buildIndexes([target])), step(1, "a", .setValidators([target])),
            step(1, "a", .buildIndexes([MigrationStep.Target("messages", "a_1", "1")])),
            step(1, "a", .createCollections(["messages"])), step(1, "a", .createCollections(["rooms"])),
        ]
        #expect(Set(checksums).count == checksums.count)
        #expect(checksums.allSatisfy { $0.count == 16 })
    }

    @Test func fingerprintsAreThoseOfTheStandard() {
        // RFC 9923, test vectors of 64-bit FNV-1a.
        #expect(Fingerprint.of("") == "cbf29ce484222325")
        #expect(Fingerprint.of("a") == "af63dc4c8601ec8c")
        #expect(Fingerprint.of("foobar") == "85944171f73967e8")
    }
}
