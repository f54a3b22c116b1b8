package import BSON

/// What a message has besides its text; most messages have none of it.
package struct MessageDetails: Hashable, Sendable {
    /// The users whom it mentions.
    package var mentions: [UserID] = []
    /// Whether it mentions all of the room.
    package var everyone: Mentions.Everyone?
    /// The message that it answers.
    package var replyTo: ObjectID?
    /// The root of the thread that it belongs to.
    package var threadID: ObjectID?
    /// Of the root of a thread.
    package var thread: ThreadSummary?
    /// In the order in which each was first given.
    package var reactions: [ReactionCount] = []
    package var editedAt: Timestamp?
    package var deletedAt: Timestamp?
    package var deletedBy: UserID?
    package var pinnedAt: Timestamp?
    package var pinnedBy: UserID?

    package init() {}

    package var isEmpty: Bool { self == MessageDetails() }
}

/// What the root of a thread tells of its replies.
package struct ThreadSummary: Hashable, Sendable {
    package var replyCount: Int64
    /// The last reply that is counted.
    package var lastSeq: Int64
    package var lastReplyAt: Timestamp
    /// Those who replied, the first ``participantCount`` of them.
    package var participants: [UserID]

    package static let participantCount = 20

    package init(replyCount: Int64, lastSeq: Int64, lastReplyAt: Timestamp, participants: [UserID]) {
        self.replyCount = replyCount
        self.lastSeq = lastSeq
        self.lastReplyAt = lastReplyAt
        self.participants = participants
    }
}

/// How many gave a message one reaction.
package struct ReactionCount: Hashable, Sendable {
    package var reaction: Reaction
    package var count: Int64
    /// Some of those who gave it, the first ones first; at most ``userCount``.
    package var users: [UserID]

    package static let userCount = 10

    package init(reaction: Reaction, count: Int64, users: [UserID]) {
        self.reaction = reaction
        self.count = count
        self.users = users
    }
}

/// An emoji (one grapheme) or a short code (`:name:`), at most 32 bytes.
package struct Reaction: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package static let maximumBytes = 32
    /// Different ones on one message.
    package static let maximumKinds = 20

    /// - Throws: `bad_request` for any other text.
    package init(_ text: String) throws(ChatError) {
        guard (1...Self.maximumBytes).contains(text.utf8.count), Self.isEmoji(text) || Self.isShortCode(text) else {
            throw .badRequest("a reaction is one emoji or :name:, at most \(Self.maximumBytes) bytes")
        }
        self.text = text
    }

    package init(stored text: String) { self.text = text }

    package var description: String { text }

    private static func isEmoji(_ text: String) -> Bool {
        guard text.count == 1, let first = text.unicodeScalars.first else { return false }
        // Digits, # and * are emoji only with the keycap behind them.
        return first.properties.isEmojiPresentation
            || (first.properties.isEmoji && text.unicodeScalars.count > 1)
            || (first.properties.isEmoji && !first.isASCII)
    }

    private static func isShortCode(_ text: String) -> Bool {
        guard text.utf8.count >= 3, text.hasPrefix(":"), text.hasSuffix(":") else { return false }
        return text.utf8.dropFirst().dropLast().allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "+"):
                true
            default:
                false
            }
        }
    }

    // By bytes, as the database compares.
    package static func == (left: Reaction, right: Reaction) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
