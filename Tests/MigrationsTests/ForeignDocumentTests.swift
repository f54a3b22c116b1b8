import BSON
import Testing

@testable import MongoStore

struct ForeignDocumentTests {
    private func completion(_ document: BSONDocument, _ collection: String) -> BSONDocument? {
        switch ForeignDocument(document, in: collection, timeMilliseconds: 9) {
        case .completed(let update): update
        case .rejected: nil
        }
    }

    @Test func aRoomByItsNameIsCompleted() throws {
        let update = try #require(
            completion(["_id": "general", "name": 5, "topic": "all", "created_at": "once"], "rooms"))
        let set = try #require(update.document("$set"))
        #expect(set.string("name") == "general")
        #expect(set.string("visibility") == "public")
        #expect(set.milliseconds("created_at") == 9)
        #expect(set.int64("epoch") == 1)
        #expect(set["topic"] == nil)
        #expect(set.document("adopted_from") == ["name": 5, "created_at": "once"])
        #expect(update["$unset"] == nil)
    }

    @Test func aUserKeepsWhatFits() throws {
        let update = try #require(completion(["_id": "ana", "username": "Ana", "status": "online"], "users"))
        #expect(update.document("$set")?["username"] == nil)
        #expect(update.document("$unset")?.keys == ["status"])
    }

    @Test func whatHasNoIDOfOursIsRejected() {
        #expect(completion(["_id": .objectID(ObjectID(high: 1, low: 1)), "name": "general"], "rooms") == nil)
        #expect(completion(["_id": 5, "username": "x"], "users") == nil)
        #expect(completion(["_id": "x"], "members") == nil)
    }
}
