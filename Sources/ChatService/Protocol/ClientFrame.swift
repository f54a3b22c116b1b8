package import Chat
import FoundationEssentials
package import NIOCore
import NIOFoundationEssentialsCompat

/// What a client asks over its socket, in the basic dialect.
package enum ClientFrame: Hashable, Sendable {
    case message(content: String, clientID: String?)
    case typing(Bool)

    /// A frame that is refused, with the `client_id` or `ref` it carried, so that the answer can name it.
    package struct Refusal: Error, Hashable, Sendable {
        package var error: ChatError
        package var ref: String?
    }

    /// Reads one JSON object.
    ///
    /// - Throws: `bad_request` for what is no JSON object, a missing or wrong-typed field or an unknown type.
    package init(json: ByteBuffer) throws(Refusal) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: json)
        } catch {
            throw Refusal(error: .badRequest("a frame is one JSON object"))
        }
        do throws(ChatError) {
            self = try fields.frame()
        } catch {
            throw Refusal(error: error, ref: fields.reference)
        }
    }
}

/// The fields of any frame. Each is kept with its own failure, so that one wrong field spoils only its own command and the
/// answer can still name the frame.
private struct Fields: Decodable {
    private enum Key: String, CodingKey {
        case type, content, typing, ref
        case clientID = "client_id"
    }

    private enum Field<Value> {
        case missing
        case value(Value)
        case wrongType
    }

    private let type: Field<String>
    private let content: Field<String>
    private let typing: Field<Bool>
    private let clientID: Field<String>
    private let ref: Field<String>

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func field<Value: Decodable>(_ key: Key) -> Field<Value> {
            do {
                guard let value = try container.decodeIfPresent(Value.self, forKey: key) else { return .missing }
                return .value(value)
            } catch {
                return .wrongType
            }
        }
        type = field(.type)
        content = field(.content)
        typing = field(.typing)
        clientID = field(.clientID)
        ref = field(.ref)
    }

    var reference: String? {
        for case .value(let reference) in [clientID, ref] where reference.utf8.count <= MessageDraft.clientIDLength.upperBound {
            return reference
        }
        return nil
    }

    func frame() throws(ChatError) -> ClientFrame {
        switch try optional(type, "type", "a string") ?? "message" {
        case "message":
            let content = try required(content, "content", "a string")
            return .message(content: content, clientID: try optional(clientID, "client_id", "a string"))
        case "typing":
            return .typing(try required(typing, "typing", "true or false"))
        default:
            throw .badRequest("unknown type")
        }
    }

    private func optional<Value>(
        _ field: Field<Value>, _ name: String, _ kind: String
    ) throws(ChatError) -> Value? {
        switch field {
        case .missing: nil
        case .value(let value): value
        case .wrongType: throw .badRequest("\(name) must be \(kind)")
        }
    }

    private func required<Value>(
        _ field: Field<Value>, _ name: String, _ kind: String
    ) throws(ChatError) -> Value {
        guard let value = try optional(field, name, kind) else { throw .badRequest("\(name) is missing") }
        return value
    }
}
