import BSON
import Testing

@testable import MongoStore

struct NumberingTests {
    /// A collection in memory, to which a pass is applied up to a point.
    private struct Store {
        var documents: [ObjectID: BSONDocument] = [:]

        var inOrder: [BSONDocument] { documents.sorted { $0.key < $1.key }.map(\.value) }

        mutating func insert(_ id: ObjectID, room: String) {
            documents[id] = ["_id": .objectID(id), "room_id": .string(room), "user_id": "u", "content": "x"]
        }

        /// One pass that is cut off after so many messages.
        mutating func pass(upTo limit: Int = .max) throws -> Int {
            var numbering = Numbering()
            var changes = 0
            for document in inOrder.prefix(limit) {
                let message = try OlderMessage(document)
                switch numbering.decide(message) {
                case .keep: continue
                case .number(let seq), .renumber(let seq):
                    let set = message.update(seq: seq).document("$set") ?? [:]
                    let rest = document.filter { set[$0.key] == nil }.map { ($0.key, $0.value) }
                    documents[message.id] = BSONDocument(rest + set.map { ($0.key, $0.value) })
                    changes += 1
                }
            }
            return changes
        }

        func isDense() -> Bool {
            var last: [String: Int64] = [:]
            return inOrder.allSatisfy { document in
                let room = document.string("room_id") ?? ""
                last[room, default: 0] += 1
                return document.int64("seq") == last[room]
            }
        }
    }

    private func randomID(_ generator: inout some RandomNumberGenerator) -> ObjectID {
        ObjectID(
            high: UInt64.random(in: 0 ... .max, using: &generator),
            low: UInt32.random(in: 0 ... .max, using: &generator))
    }

    @Test func numbersEachRoomInTheOrderOfIDsHoweverOftenItIsCutOff() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            var store = Store()
            for _ in 0..<Int.random(in: 1...60) {
                store.insert(randomID(&generator), room: "r\(Int.random(in: 0..<4))")
            }
            var reached: [ObjectID: Int64] = [:]
            for _ in 0..<4 {
                _ = try store.pass(upTo: Int.random(in: 0...60))
                // No number that was given changes.
                for (id, document) in store.documents {
                    if let seq = document.int64("seq") {
                        #expect(reached[id] == nil || reached[id] == seq)
                        reached[id] = seq
                    }
                }
            }
            _ = try store.pass()
            #expect(store.isDense())
            #expect(try store.pass() == 0)
        }
    }

    @Test func messagesThatComeInBehindMoveTheLaterOnes() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            var store = Store()
            for _ in 0..<20 { store.insert(randomID(&generator), room: "r\(Int.random(in: 0..<2))") }
            _ = try store.pass(upTo: Int.random(in: 0...20))
            for _ in 0..<3 { store.insert(randomID(&generator), room: "r\(Int.random(in: 0..<2))") }
            _ = try store.pass()
            #expect(store.isDense())
        }
    }

    @Test func theServicesOwnNumbersStand() throws {
        var numbering = Numbering()
        let ids = (1...3).map { ObjectID(high: UInt64($0), low: 0) }
        try numbering.pass(ids[0], room: "a", seq: 41)
        let older = try OlderMessage(["_id": .objectID(ids[1]), "room_id": "a", "user_id": "u", "content": "x"])
        #expect(numbering.decide(older) == .number(42))
        let error = #expect(throws: MigrationError.self) { try numbering.pass(ids[2], room: "a", seq: 42) }
        #expect(error?.code == .data)
        #expect(error?.message.contains("room a") == true)
    }

    @Test func peopleAreHandedOverBeforeTheyGetMany() throws {
        var people = AdoptionPeople()
        for number in 1...10_000 where !people.isLarge {
            people.add(
                try OlderMessage([
                    "_id": .objectID(ObjectID(high: UInt64(number), low: 0)), "room_id": "a",
                    "user_id": .string("u\(number)"), "content": "x",
                ]), seq: Int64(number))
        }
        #expect(people.isLarge && people.members.count < 10_000)
    }
}
