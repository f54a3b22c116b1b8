import BSON
import Chat

/// A message or an edit that waits until what it refers to is looked up, or until one before it is sent.
struct HeldMessage {
    enum Content {
        case message(ClientFrame.NewMessage)
        case edit(ObjectID, content: String, ClientFrame)
    }

    let content: Content
    let references: MessageReferences
    let candidates: MentionCandidates
    let seat: RoomSeat
    let ref: String?
}
