#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What a client sends in the second dialect.
package enum ClientFrame: Hashable, Sendable {
    case message(content: String, clientID: String)
    /// A message that answers another, or stands in a thread.
    case reply(content: String, clientID: String, replyTo: String?, threadID: String?)
    case typing(Bool)
    case command(Command, ref: String)

    /// What is answered with an acknowledgement or an error, and does no harm when it is sent twice.
    package enum Command: Hashable, Sendable {
        case edit(id: String, content: String)
        case delete(id: String)
        case reaction(id: String, reaction: String, isAdded: Bool)
        case pin(id: String, isAdded: Bool)
        case read(seq: Int64)
        case status(String, text: String?)
    }

    /// The text of the frame.
    package var json: String {
        // Texts and numbers always have a JSON form; a frame without fields would be refused by the server.
        guard let data = try? JSONEncoder().encode(fields) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private var fields: Fields {
        switch self {
        case .message(let content, let clientID):
            Fields(type: "message", content: content, clientID: clientID)
        case .reply(let content, let clientID, let replyTo, let threadID):
            Fields(type: "message", content: content, clientID: clientID, replyTo: replyTo, threadID: threadID)
        case .typing(let isTyping):
            Fields(type: "typing", typing: isTyping)
        case .command(let command, let ref):
            Self.fields(command, ref)
        }
    }

    private static func fields(_ command: Command, _ ref: String) -> Fields {
        switch command {
        case .edit(let id, let content):
            Fields(type: "edit", ref: ref, content: content, messageID: id)
        case .delete(let id):
            Fields(type: "delete", ref: ref, messageID: id)
        case .reaction(let id, let reaction, let isAdded):
            Fields(type: "reaction", ref: ref, messageID: id, reaction: reaction, op: isAdded ? "add" : "remove")
        case .pin(let id, let isAdded):
            Fields(type: "pin", ref: ref, messageID: id, op: isAdded ? "add" : "remove")
        case .read(let seq):
            Fields(type: "read", ref: ref, seq: seq)
        case .status(let status, let text):
            Fields(type: "status", ref: ref, status: status, text: text)
        }
    }

    private struct Fields: Encodable {
        var type: String
        var ref: String?
        var content: String?
        var clientID: String?
        var replyTo: String?
        var threadID: String?
        var typing: Bool?
        var messageID: String?
        var reaction: String?
        var op: String?
        var seq: Int64?
        var status: String?
        var text: String?

        private enum CodingKeys: String, CodingKey {
            case type, ref, content, typing, reaction, op, seq, status, text
            case clientID = "client_id"
            case replyTo = "reply_to"
            case threadID = "thread_id"
            case messageID = "message_id"
        }
    }
}
