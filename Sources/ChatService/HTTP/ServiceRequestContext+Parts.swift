import Auth
import BSON
import Chat
import NIOCore

extension ServiceRequestContext {
    /// Who asks.
    ///
    /// - Throws: `unauthorized`.
    func author() throws(ChatError) -> Author {
        guard let identity else { throw .unauthorized("a token is needed") }
        return Author(id: identity.userID, username: identity.username)
    }
}

extension Admission {
    /// The message that the path names, with its room, for one who may read it.
    func message(_ context: ServiceRequestContext) async throws(ChatError) -> (room: Room, message: Message) {
        let user = try context.author().id
        let id = try RoomID(context.pathText("room_id"))
        guard let messageID = ObjectID(try context.pathText("message_id")) else {
            throw .badRequest("a message id is 24 hex digits")
        }
        guard let room = try await readable(id, for: user),
            let message = try await store.messages(ids: [messageID])[messageID], message.roomID == id,
            message.seq >= room.firstSeq
        else {
            throw .notFound("there is no such message in this room")
        }
        return (room, message)
    }
}
