import Auth
import Chat
import FoundationEssentials
import Hummingbird
import NIOCore
import NIOFoundationEssentialsCompat

extension Request {
    /// The body, decoded from JSON. Keys are in snake_case; those that are not known are passed over.
    ///
    /// - Throws: `bad_request`, naming the field that is wrong; `too_large`.
    func json<Value: Decodable>(_ type: Value.Type, upTo maximumBytes: Int = 65_536) async throws -> Value {
        let body = try await body.collect(upTo: maximumBytes)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            // An empty body is an object without fields.
            guard body.readableBytes > 0 else { return try decoder.decode(Value.self, from: ByteBuffer(string: "{}")) }
            return try decoder.decode(Value.self, from: body)
        } catch let error as ChatError {
            throw error
        } catch let error as DecodingError {
            throw ChatError.badRequest(Self.reason(error))
        } catch {
            throw ChatError.badRequest("the body is no JSON object")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        func name(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            (context.codingPath + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(name(context, key)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let field = name(context)
            return field.isEmpty ? "the body is no JSON object" : "\(field) is of the wrong type"
        case .dataCorrupted: return "the body is no JSON object"
        @unknown default: return "the body is not understood"
        }
    }
}

extension ServiceRequestContext {
    /// - Throws: `unauthorized`.
    func requireIdentity() throws(ChatError) -> Identity {
        guard let identity else { throw .unauthorized("a token is needed") }
        return identity
    }

    func roomID() throws(ChatError) -> RoomID { try RoomID(pathText("room_id")) }
    func userID() throws(ChatError) -> UserID { try UserID(pathText("user_id")) }
}
