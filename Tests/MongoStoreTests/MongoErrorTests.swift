import BSON
import Testing

@testable import MongoStore

@Suite struct MongoErrorTests {
    @Test(
        arguments: [
            (Int32(11000), MongoError.Code.duplicateKey), (121, .validation), (10107, .notPrimary),
            (13435, .notPrimary),
            (11602, .notPrimary), (11600, .notPrimary), (189, .notPrimary), (91, .notPrimary), (10058, .notPrimary),
            (50, .timeout), (11601, .interrupted), (64, .writeConcern), (100, .writeConcern), (18, .authentication),
            (13, .authentication), (59, .command), (89, .network),
        ] as [(Int32, MongoError.Code)])
    func `a server's number has its code`(number: Int32, code: MongoError.Code) {
        let error = MongoError(reply: ["ok": 0, "code": .int32(number), "errmsg": "no", "codeName": "Name"])
        #expect(error.code == code)
        #expect(error.serverCode == number)
        #expect(error.codeName == "Name")
    }

    @Test func `a duplicate key names its index`() {
        let error = MongoError(reply: [
            "code": 11000, "keyPattern": ["room_id": 1, "seq": 1],
            "errmsg": "E11000 duplicate key error collection: chat.messages index: room_id_1_seq_1 dup key: { … }",
        ])
        #expect(error.keyPattern == ["room_id", "seq"])
        #expect(error.indexName == "room_id_1_seq_1")
    }

    @Test func `a duplicate key of an old server still names its index`() {
        let error = MongoError(reply: [
            "code": 11000,
            "errmsg": "E11000 duplicate key error collection: chat.messages index: _id_ dup key: { : 1 }",
        ])
        #expect(error.keyPattern == nil)
        #expect(error.indexName == "_id_")
        #expect(MongoError(reply: ["code": 11000, "errmsg": "strange index: half"]).indexName == nil)
    }

    @Test func `labels are read and make an error transient`() {
        let error = MongoError(reply: [
            "code": 112, "errmsg": "conflict", "errorLabels": ["TransientTransactionError", 3, "Other"],
        ])
        #expect(error.labels == ["TransientTransactionError", "Other"])
        #expect(error.hasLabel(MongoError.transientTransaction))
        #expect(error.isTransient)
    }

    @Test(arguments: [
        MongoError.Code.duplicateKey, .validation, .authentication, .invalidURI, .shutdown, .command, .noServer,
        .poolExhausted,
    ])
    func `an error that says no leaves nothing unknown`(code: MongoError.Code) {
        #expect(!MongoError(code, "").outcomeUnknown)
    }

    @Test(arguments: [MongoError.Code.network, .notPrimary, .interrupted, .writeConcern])
    func `after these a write may have happened`(code: MongoError.Code) {
        #expect(MongoError(code, "").outcomeUnknown)
        #expect(MongoError(code, "").isTransient)
        #expect(!MongoError(code, "", labels: ["NoWritesPerformed"]).outcomeUnknown)
    }

    @Test func `a job that never got a thread did nothing, one that the server stopped may have`() {
        #expect(!MongoError(.timeout, "").outcomeUnknown)
        #expect(MongoError(.timeout, "", serverCode: 50).outcomeUnknown)
    }

    @Test func `broken replies make an error, not a trap`() {
        #expect(MongoError(reply: BSONDocument(trusted: [1, 2, 3])).code == .command)
        #expect(MongoError(reply: ["code": "x", "errmsg": 3, "errorLabels": 5, "keyPattern": 1]).code == .command)
        #expect(MongoError(reply: ["code": .int64(.max)]).serverCode == nil)
    }
}
