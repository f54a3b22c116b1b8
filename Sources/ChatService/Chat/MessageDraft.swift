import BSON

/// A message that a user wants to send, checked but without its place in the room.
package struct MessageDraft: Hashable, Sendable {
    package let roomID: RoomID
    package let author: Author
    package private(set) var content: String
    package let clientID: String
    /// What it refers to; checked by whoever makes the draft.
    package let details: MessageDetails?
    package let digest: MessageDigest

    /// Content length in Unicode scalars, as JSON Schema counts characters.
    package static let contentLength = 1...8_000
    /// Length of a `client_id` in bytes.
    package static let clientIDLength = 1...128

    /// - Parameters:
    ///   - listedMentions: as the client sent them.
    ///   - clientID: as the client sent it; `generated()` where it sent none.
    /// - Throws: `bad_request` for an empty content or a bad `client_id`, `too_large` for a content over the limit.
    package init(
        roomID: RoomID, author: Author, content: String, clientID: String, details: MessageDetails? = nil,
        listedMentions: [String] = []
    ) throws(ChatError) {
        try Self.check(content)
        guard Self.clientIDLength.contains(clientID.utf8.count),
            !clientID.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw .badRequest("client_id is 1 to \(Self.clientIDLength.upperBound) bytes without control characters")
        }
        self.roomID = roomID
        self.author = author
        self.content = content
        self.clientID = clientID
        self.details = details
        let references = [details?.replyTo, details?.threadID]
        // Without references as it always was, so that what was stored before is known again.
        let parts = references.contains { $0 != nil } ? references.map { $0?.description ?? "" } : []
        let mentions = listedMentions.isEmpty ? [] : ["mentions"] + listedMentions
        self.digest = MessageDigest(of: [content] + parts + mentions)
    }

    /// The same message with what the room's word filter made of it: still known again when it is resent.
    package func masked(_ content: String) -> MessageDraft {
        var draft = self
        draft.content = content
        return draft
    }

    /// - Throws: `bad_request` for an empty content, `too_large` for one over the limit.
    package static func check(_ content: String) throws(ChatError) {
        guard !content.isEmpty else { throw .badRequest("content is empty") }
        // Counting scalars walks the text: a length in bytes that cannot be over the limit spares that.
        guard content.utf8.count > contentLength.upperBound else { return }
        guard content.unicodeScalars.count <= contentLength.upperBound else {
            throw .tooLarge("content is longer than \(contentLength.upperBound) characters")
        }
    }

    /// A `client_id` for a message whose sender gave none: 128 random bits, so it repeats for nobody.
    package static func generatedClientID() -> String {
        "s-" + String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36)
    }
}

/// Who writes: an id and the name that is shown beside the message.
package struct Author: Hashable, Sendable {
    package var id: UserID
    package var username: String

    package init(id: UserID, username: String) {
        self.id = id
        self.username = username
    }
}
