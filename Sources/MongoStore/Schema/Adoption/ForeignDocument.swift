internal import BSON

/// What becomes of a document that another application left in a collection of ours and that its validator refuses.
/// Pure.
enum ForeignDocument: Sendable, Hashable {
    /// A room or a user by its `_id`: its good fields stay, the others are kept in `adopted_from`.
    case completed(update: BSONDocument)
    case rejected(reason: String)

    init(_ document: BSONDocument, in collection: String, timeMilliseconds: Int64) {
        switch (collection, document["_id"]) {
        case (Schema.rooms.name, .string(let id)) where OlderMessage.isRoomID(id):
            self = Self.complete(
                document, shapes: Self.roomShapes,
                required: [
                    ("name", .string(id)), ("visibility", "public"),
                    ("created_at", .datetime(milliseconds: timeMilliseconds)), ("epoch", .int64(1)),
                    ("first_seq", .int64(1)),
                ])
        case (Schema.users.name, .string(let id)) where OlderMessage.isUserID(id):
            self = Self.complete(document, shapes: Self.userShapes, required: [("username", .string(id))])
        case (Schema.rooms.name, _):
            self = .rejected(reason: "_id is no valid room id")
        case (Schema.users.name, _):
            self = .rejected(reason: "_id is no valid user id")
        case (_, _):
            self = .rejected(reason: "does not pass the validator of \(collection)")
        }
    }

    private typealias Shape = (name: String, fits: @Sendable (BSONValue) -> Bool)

    private static let roomShapes: [Shape] = [
        ("name", isName), ("topic", { $0.isString(0...4096) }), ("created_by", isUserID), ("created_at", isDate),
        ("visibility", { $0 == "public" || $0 == "private" || $0 == "direct" }), ("settings", isDocument),
        ("epoch", { $0.isInteger(from: 0) }), ("first_seq", { $0.isInteger(from: 1) }), ("last", { _ in false }),
    ]

    private static let userShapes: [Shape] = [
        ("username", isName), ("display_name", isName), ("status", isDocument), ("last_seen", isDate),
        ("password", { $0.type == .document || $0.type == .string }),
    ]

    private static let isName: @Sendable (BSONValue) -> Bool = { $0.isString(Schema.usernameLength) }
    private static let isDate: @Sendable (BSONValue) -> Bool = { $0.type == .datetime }
    private static let isDocument: @Sendable (BSONValue) -> Bool = { $0.type == .document }
    private static let isUserID: @Sendable (BSONValue) -> Bool = { value in
        if case .string(let id) = value { OlderMessage.isUserID(id) } else { false }
    }

    private static func complete(
        _ document: BSONDocument, shapes: [Shape], required: [(String, BSONValue)]
    ) -> ForeignDocument {
        let misfits = shapes.filter { shape in document[shape.name].map { !shape.fits($0) } ?? false }.map(\.name)
        var set = required.filter { document[$0.0] == nil || misfits.contains($0.0) }
        let kept = misfits.compactMap { name in document[name].map { (name, $0) } }
        set.append(("adopted_from", .document(BSONDocument(kept))))
        let gone = misfits.filter { name in !set.contains { $0.0 == name } }
        var update: BSONDocument = ["$set": .document(BSONDocument(set))]
        if !gone.isEmpty { update.append("$unset", .document(BSONDocument(gone.map { ($0, "") }))) }
        return .completed(update: update)
    }
}

extension BSONValue {
    fileprivate func isInteger(from minimum: Int64) -> Bool {
        switch self {
        case .int32(let number): Int64(number) >= minimum
        case .int64(let number): number >= minimum
        default: false
        }
    }

    fileprivate func isString(_ length: ClosedRange<Int>) -> Bool {
        if case .string(let text) = self { length.contains(text.unicodeScalars.count) } else { false }
    }
}
