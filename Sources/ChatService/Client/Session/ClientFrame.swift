#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What a client sends in the basic dialect.
package enum ClientFrame: Hashable, Sendable {
    case message(content: String, clientID: String)
    case typing(Bool)

    /// The text of the frame.
    package var json: String {
        let fields =
            switch self {
            case .message(let content, let clientID):
                Fields(type: "message", content: content, clientID: clientID)
            case .typing(let isTyping):
                Fields(type: "typing", typing: isTyping)
            }
        // Texts and a truth value always have a JSON form; a frame without fields would be refused by the server.
        guard let data = try? JSONEncoder().encode(fields) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Fields: Encodable {
        var type: String
        var content: String?
        var clientID: String?
        var typing: Bool?

        private enum CodingKeys: String, CodingKey {
            case type, content, typing
            case clientID = "client_id"
        }
    }
}
