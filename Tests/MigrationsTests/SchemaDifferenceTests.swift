import BSON
import Testing

@testable import MongoStore

struct SchemaDifferenceTests {
    private let collection = CollectionSchema(
        "things",
        indexes: [
            IndexSchema(["a": 1, "b": -1], unique: true),
            IndexSchema(["c": 1], collation: ["locale": "en", "strength": 2]),
            IndexSchema(["d": 1], expireAfterSeconds: 0),
        ],
        validator: ["$jsonSchema": ["bsonType": "object", "properties": ["a": ["minimum": 1]]]])

    private func differences(_ change: (inout StandingDatabase.Collection) -> Void) -> [SchemaDifference] {
        var database = StandingDatabase(asIn: [collection])
        change(&database.collections["things"]!)
        return SchemaDifference.between([collection], database)
    }

    @Test func aDatabaseThatIsAsTheSchemaHasNone() {
        #expect(SchemaDifference.between(Schema.current, StandingDatabase(asIn: Schema.current)).isEmpty)
    }

    @Test func anEmptyDatabaseLacksEveryCollection() {
        let found = SchemaDifference.between(Schema.current, StandingDatabase())
        #expect(found == Schema.current.map { .missingCollection($0) })
    }

    @Test func whatTheServerFillsInMakesNoDifference() {
        let specification: BSONDocument = [
            "v": 2, "key": ["c": 1.0], "name": "c_1", "unique": false, "background": true,
            "collation": [
                "locale": "en", "caseLevel": false, "caseFirst": "off", "strength": 2.0, "numericOrdering": false,
                "alternate": "non-ignorable", "maxVariable": "punct", "normalization": false, "backwards": false,
                "version": "57.1",
            ],
        ]
        #expect(StandingIndex(specification: specification) == StandingIndex(collection.indexes[1]))
    }

    @Test func namesAMissingIndex() {
        let found = differences { $0.indexes.remove(at: 0) }
        #expect(found == [.missingIndex(collection: "things", collection.indexes[0])])
        #expect("\(found[0])" == "things: index a_1_b_-1 {a: 1, b: -1}, unique: true is missing")
        #expect(found[0].isRepairable)
    }

    @Test func namesBothDefinitionsOfAnIndexWithOtherOptions() {
        let standing = StandingIndex(specification: ["v": 2, "key": ["d": 1], "name": "d_1", "expireAfterSeconds": 60])
        let found = differences { $0.indexes[2] = standing }
        #expect(found == [.otherIndex(collection: "things", expected: collection.indexes[2], standing: standing)])
        #expect("\(found[0])".contains("schema:   d_1 {d: 1}, expireAfterSeconds: 0"))
        #expect("\(found[0])".contains("database: d_1 {d: 1}, expireAfterSeconds: 60"))
        #expect(!found[0].isRepairable && found[0].isConflict)
    }

    @Test func anIndexOfTheSameKeysUnderAnotherNameIsInTheWay() {
        let standing = StandingIndex(specification: ["key": ["a": 1, "b": -1], "name": "mine"])
        let found = differences { $0.indexes[0] = standing }
        #expect(found == [.otherIndex(collection: "things", expected: collection.indexes[0], standing: standing)])
    }

    @Test func theOrderOfKeysMakesAnotherIndex() {
        let standing = StandingIndex(specification: ["key": ["b": -1, "a": 1], "name": "b_-1_a_1", "unique": true])
        let found = differences { $0.indexes[0] = standing }
        #expect(
            found == [
                .missingIndex(collection: "things", collection.indexes[0]),
                .extraIndex(collection: "things", standing),
            ])
    }

    @Test func optionsThatTheSchemaNeverUsesAreSeen() {
        let hidden = StandingIndex(
            specification: ["key": ["a": 1, "b": -1], "name": "a_1_b_-1", "unique": true, "hidden": true])
        #expect(differences { $0.indexes[0] = hidden }.map(\.isConflict) == [true])
    }

    @Test func namesEachPlaceInWhichAValidatorDiffers() {
        let options: BSONDocument = [
            "validator": ["$jsonSchema": ["bsonType": "object", "properties": ["a": ["minimum": 0], "z": [:]]]],
            "validationLevel": "moderate",
        ]
        let found = differences { $0.validator = StandingValidator(options: options) }
        #expect(found.count == 1)
        let text = found.map(\.description).joined()
        #expect(text.contains("validator.$jsonSchema.properties.a.minimum: schema 1, database 0"))
        #expect(text.contains("validator.$jsonSchema.properties.z: schema nothing, database {}"))
        #expect(text.contains("validationLevel: schema \"strict\", database \"moderate\""))
        #expect(!text.contains("bsonType"))
    }

    @Test func namesAMissingValidatorAndOneTooMany() {
        #expect(differences { $0.validator = nil } == [.missingValidator(collection)])
        let plain = CollectionSchema("things")
        var database = StandingDatabase(asIn: [plain])
        database.collections["things"]?.validator = StandingValidator(collection)
        #expect(SchemaDifference.between([plain], database).map(\.isRepairable) == [true])
    }
}
