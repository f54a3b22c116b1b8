import BSON
import Chat

extension PeopleSignal {
    var data: BSONDocument {
        [
            "room_id": .string(room.rawValue), "revision": .int64(revision),
            "events": .array(BSONArray(events.map(\.document))),
        ]
    }

    init?(_ data: BSONDocument) {
        guard let room = data.string("room_id"), let revision = data.int64("revision") else { return nil }
        self.init(
            room: RoomID(stored: room), revision: revision,
            events: (data.array("events")?.documents ?? []).compactMap(Event.init))
    }
}

extension PeopleSignal.Event {
    fileprivate var document: BSONDocument {
        var document: BSONDocument = [
            "kind": .string(kind.rawValue), "action": .string(action), "by": .string(by.rawValue),
        ]
        if let user { document.append("user_id", .string(user.rawValue)) }
        if let role { document.append("role", .string(role.rawValue)) }
        if let reason { document.append("reason", .string(reason)) }
        if let until { document.append("until", .datetime(milliseconds: until.milliseconds)) }
        return document
    }

    fileprivate init?(_ document: BSONDocument) {
        guard let kind = document.string("kind").flatMap(Kind.init), let action = document.string("action"),
            let by = document.string("by")
        else { return nil }
        self.init(
            kind: kind, action: action, user: document.string("user_id").map(UserID.init(stored:)),
            by: UserID(stored: by), role: document.string("role").flatMap(Role.init(rawValue:)),
            reason: document.string("reason"),
            until: document.milliseconds("until").map(Timestamp.init(milliseconds:)))
    }
}
