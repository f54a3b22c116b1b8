internal import BSON

/// A document of `join_requests`.
package struct JoinRequestRecord: Sendable, Hashable {
    package var roomID: String
    package var userID: String
    package var message: String
    /// Milliseconds since 1970.
    package var createdAt: Int64

    package init(roomID: String, userID: String, message: String, createdAt: Int64) {
        self.roomID = roomID
        self.userID = userID
        self.message = message
        self.createdAt = createdAt
    }
}

/// Reads and writes `join_requests` on one connection; blocks.
package struct JoinRequestRepository {
    package static let collection = "join_requests"

    let connection: MongoConnection

    package init(_ connection: MongoConnection) {
        self.connection = connection
    }

    package func find(room: String, user: String) throws(MongoError) -> JoinRequestRecord? {
        try connection.findOne(Self.collection, Self.filter(room, user)).map(Self.record)
    }

    /// A room's requests in the order of the users' ids.
    package func list(room: String, after user: String?, limit: Int) throws(MongoError) -> [JoinRequestRecord] {
        try connection.find(
            Self.collection, ["room_id": .string(room), "user_id": ["$gt": .string(user ?? "")]],
            options: FindOptions(sort: ["user_id": 1], limit: limit)
        ).map(Self.record)
    }

    package func put(_ request: JoinRequestRecord) throws(MongoError) {
        _ = try connection.upsert(
            Self.collection, Self.filter(request.roomID, request.userID),
            [
                "$set": [
                    "message": .string(request.message), "created_at": .datetime(milliseconds: request.createdAt),
                ]
            ])
    }

    package func remove(room: String, users: [String]) throws(MongoError) {
        try connection.deleteAll(Self.collection, room: room, users: users)
    }

    private static func filter(_ room: String, _ user: String) -> BSONDocument {
        ["room_id": .string(room), "user_id": .string(user)]
    }

    private static func record(_ document: BSONDocument) -> JoinRequestRecord {
        JoinRequestRecord(
            roomID: document.string("room_id") ?? "", userID: document.string("user_id") ?? "",
            message: document.string("message") ?? "", createdAt: document.milliseconds("created_at") ?? 0)
    }
}
