/// A message as a client or the database shows it.
struct SeenMessage: Hashable, Sendable {
    let seq: Int
    /// 24 hex digits, so that ids compare as their texts do.
    let id: String
    let userID: String
    let content: String

    init(seq: Int, id: String, userID: String, content: String) {
        self.seq = seq
        self.id = id
        self.userID = userID
        self.content = content
    }

    /// - Parameter json: a `message` frame, or the `data` of one. Nil when something is missing in it.
    init?(_ json: JSON) {
        guard let seq = json["seq"]?.int, let id = json["_id"]?.text, id.utf8.count == 24,
            let userID = json["user_id"]?.text, let content = json["content"]?.text
        else { return nil }
        self.init(seq: seq, id: id, userID: userID, content: content)
    }
}
