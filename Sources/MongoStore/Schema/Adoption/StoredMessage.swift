internal import BSON

/// What a document of `messages` is to an adoption. Pure.
enum StoredMessage: Sendable, Hashable {
    /// The service's own, whole.
    case own(ObjectID, room: String, seq: Int64)
    case older(OlderMessage)
    case rejected(reason: String)

    init(_ document: BSONDocument) {
        if let id = document.objectID("_id"), let room = document.string("room_id"),
            let seq = Numbering.number(document["seq"]), let client = document.string("client_id"),
            document.binary("digest") != nil, document.document("adopted_from") == nil,
            client != OlderMessage.clientID(of: id)
        {
            self = .own(id, room: room, seq: seq)
            return
        }
        do throws(RejectedMessage) {
            self = .older(try OlderMessage(document))
        } catch {
            self = .rejected(reason: error.reason)
        }
    }
}
