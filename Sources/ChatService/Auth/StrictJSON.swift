internal import FoundationEssentials

/// JSON as tokens must have it: an object in UTF-8.
enum StrictJSON {
    /// - Parameter what: the name of the part for the message.
    /// - Throws: `malformed_token` when it is no such JSON or a needed field is missing; `invalid_claim` when a
    ///   field has another type.
    static func decode<Value: Decodable>(_ bytes: [UInt8], what: String) throws(AuthError) -> Value {
        // The decoder would also take UTF-16 and UTF-32; both would need zero bytes here.
        guard bytes.first == UInt8(ascii: "{"), !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil
        else {
            throw AuthError(.malformedToken, "the token's \(what) is not a JSON object in UTF-8")
        }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch DecodingError.typeMismatch(_, let context) {
            throw AuthError(.invalidClaim, "\(name(context, what)) in the token has the wrong type")
        } catch DecodingError.keyNotFound(let key, _) {
            throw AuthError(.malformedToken, "the token's \(what) has no \"\(key.stringValue)\"")
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw AuthError(.invalidClaim, "\(name(context, what)) in the token has no usable value")
        } catch {
            throw AuthError(.malformedToken, "the token's \(what) is not valid JSON", cause: error)
        }
    }

    /// Only names of fields that we ask for get here, never the sender's.
    private static func name(_ context: DecodingError.Context, _ what: String) -> String {
        context.codingPath.first.map { "\"\($0.stringValue)\"" } ?? "the \(what)"
    }
}
