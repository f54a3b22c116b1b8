import BSON
import Chat

extension ResumePoint {
    /// Reads `?cursor=` (second dialect) or `?after_id=` (basic dialect) of a socket's address.
    ///
    /// - Throws: `bad_request` when it is not understood, or belongs to the other dialect.
    init(_ query: QueryParameters, room: RoomID, dialect: Dialect) throws(ChatError) {
        switch (dialect, query["cursor"], query["after_id"]) {
        case (_, nil, nil):
            self = .newest
        case (.second, let cursor?, nil):
            self = .cursor(try Cursor(cursor, in: room))
        case (.basic, nil, let text?):
            guard let id = ObjectID(text) else { throw .badRequest("after_id is not a message id (24 hex digits)") }
            self = .after(id)
        case (.basic, .some, _):
            throw .badRequest("cursor needs the subprotocol chat.v2")
        case (.second, _, .some):
            throw .badRequest("after_id is for the basic dialect; chat.v2 has cursor")
        }
    }
}
