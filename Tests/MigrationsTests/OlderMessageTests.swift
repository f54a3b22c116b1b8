import BSON
import Testing

@testable import MongoStore

struct OlderMessageTests {
    private let id = ObjectID(time: 1_700_000_000_000, counter: 1, random: 2)

    private func document(_ changes: KeyValuePairs<String, BSONValue?> = [:]) -> BSONDocument {
        var fields: [(String, BSONValue)] = [
            ("_id", .objectID(id)), ("room_id", "general"), ("user_id", "ana"), ("username", "Ana"),
            ("content", "hello"), ("timestamp", .datetime(milliseconds: 5)),
        ]
        for (key, value) in changes {
            fields.removeAll { $0.0 == key }
            if let value { fields.append((key, value)) }
        }
        return BSONDocument(fields)
    }

    private func reason(_ key: String, _ value: BSONValue?) -> String? {
        do throws(RejectedMessage) {
            _ = try OlderMessage(document([key: value]))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func aWholeMessageGetsWhatIsNewAndKeepsTheRest() throws {
        let set = try #require(try OlderMessage(document()).update(seq: 7).document("$set"))
        #expect(set.int64("seq") == 7)
        #expect(set.string("type") == "message")
        #expect(set.string("client_id") == "legacy:\(id)")
        #expect(set.binary("digest")?.bytes.count == 16)
        #expect(set.milliseconds("timestamp") == 5)
        #expect(set.document("adopted_from")?.isEmpty == true)
        #expect(set["content"] == nil)
    }

    @Test func whatCannotBeAdoptedSaysWhy() {
        #expect(reason("_id", "text") == "_id is no ObjectId")
        #expect(reason("room_id", nil) == "room_id is missing")
        #expect(reason("room_id", .null) == "room_id is missing")
        for bad: BSONValue in ["", "a b", "..", "me", "é", 5, .string(String(repeating: "a", count: 65)), "a\n"] {
            #expect(reason("room_id", bad) == "room_id is no valid room id", "\(bad)")
        }
        #expect(reason("content", nil) == "content is missing")
        #expect(reason("content", 5) == "content is no string")
        #expect(reason("content", ["a"]) == "content is no string")
        #expect(reason("content", .string(String(repeating: "é", count: 65_537))) != nil)
        #expect(reason("content", .string(String(repeating: "é", count: 65_536))) == nil)
        #expect(reason("user_id", ["$gt": ""]) == "user_id is no valid user id")
        #expect(reason("user_id", "a\u{7}") == "user_id is no valid user id")
        #expect(reason("content", "") == nil)
    }

    @Test func idsOfOtherTypesBecomeText() throws {
        let other = ObjectID(high: 1, low: 2)
        #expect(try OlderMessage(document(["user_id": .objectID(other)])).userID == "\(other)")
        #expect(try OlderMessage(document(["user_id": 42])).userID == "42")
        #expect(try OlderMessage(document(["room_id": .objectID(other)])).roomID == "\(other)")
        #expect(try OlderMessage(document(["user_id": nil])).userID == "Ana")
    }

    @Test func aMissingNameIsTheUserID() throws {
        #expect(try OlderMessage(document(["username": nil])).username == "ana")
        #expect(try OlderMessage(document(["username": ""])).username == "ana")
        #expect(try OlderMessage(document(["username": 5])).username == "ana")
    }

    @Test func timesComeFromWhateverWasStored() throws {
        func time(_ value: BSONValue?) throws -> Int64 {
            try OlderMessage(document(["timestamp": value])).timestampMilliseconds
        }
        #expect(try time("2023-11-14T22:13:21.5") == 1_700_000_001_500)
        #expect(try time(1_700_000_001) == 1_700_000_001_000)
        #expect(try time(.double(1_700_000_001.25)) == 1_700_000_001_250)
        #expect(try time(1_700_000_001_250) == 1_700_000_001_250)
        // Else the id's.
        for odd: BSONValue? in ["yesterday", nil, .null, .double(.nan), .double(.infinity), [1]] {
            #expect(try time(odd) == 1_700_000_000_000)
        }
    }

    @Test func whatIsReplacedIsKept() throws {
        let document = document([
            "timestamp": "2023-11-14", "type": "text", "seq": "first", "client_id": "mine", "reply_to": "that one",
            "reactions": ["+1"], "mentions": ["bob"], "edited_at": .datetime(milliseconds: 1), "colour": "red",
        ])
        let update = try OlderMessage(document).update(seq: 1)
        let kept = try #require(update.document("$set")?.document("adopted_from"))
        #expect(
            Set(kept.keys) == ["timestamp", "type", "seq", "client_id", "reply_to", "reactions", "mentions"])
        #expect(kept.string("client_id") == "mine")
        #expect(Set(update.document("$unset")?.keys ?? []) == ["reply_to", "reactions", "mentions"])
    }

    @Test func tellsTheServicesOwnMessagesFromOlderOnes() throws {
        let own = document(["seq": 3, "client_id": "c", "digest": .binary(BSONBinary([1]))])
        #expect(StoredMessage(own) == .own(id, room: "general", seq: 3))
        // A number alone makes none.
        let numbered = try OlderMessage(document(["seq": 3]))
        #expect(StoredMessage(document(["seq": 3])) == .older(numbered))
        #expect(!numbered.isAdopted)
    }
}
