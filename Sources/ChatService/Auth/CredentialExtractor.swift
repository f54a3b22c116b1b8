/// Finds the token in a request, without any I/O. Three places are looked at:
///
/// - `Authorization: Bearer <token>` (RFC 6750 section 2.1),
/// - `Sec-WebSocket-Protocol: chat.v1, bearer.<token>`, for browsers, which cannot set headers on a WebSocket,
/// - `?token=<token>`, where the configuration allows it: addresses end up in logs.
///
/// The same token in several places is fine; different ones are refused, as it would be unclear who is asking.
///
/// **Which subprotocol is answered.** A server may leave all offered subprotocols unanswered (RFC 6455 section
/// 4.2.2), and tolerant clients go on. But browsers must fail the connection when they offered some and none was
/// chosen (WHATWG WebSockets standard, "establish a WebSocket connection"; seen as "Sent non-empty
/// 'Sec-WebSocket-Protocol' header but no response was received"), and some libraries do the same. A
/// `bearer.…` entry is never sent back: it would put the token into logs of responses. So a browser offers a
/// dialect beside its token: `chat.v2`, or `chat.v1`, the name of the basic dialect. With `bearer.…` alone nothing
/// is answered, which suits clients that do not insist.
package struct CredentialExtractor: Sendable {
    /// The basic dialect, also spoken when nothing is offered.
    package static let basicDialect = "chat.v1"
    package static let secondDialect = "chat.v2"

    /// Whether `?token=` counts.
    package var allowsQueryToken: Bool
    /// Whether this service speaks `chat.v2`.
    package var supportsSecondDialect: Bool

    package init(allowsQueryToken: Bool, supportsSecondDialect: Bool) {
        self.allowsQueryToken = allowsQueryToken
        self.supportsSecondDialect = supportsSecondDialect
    }

    /// - Parameters:
    ///   - authorization: the values of all `Authorization` headers.
    ///   - subprotocols: the values of all `Sec-WebSocket-Protocol` headers, each with commas in it.
    ///   - query: what follows the `?` of the request, not decoded.
    /// - Throws: `missing_credentials`, `conflicting_credentials`, `malformed_credentials` or
    ///   `query_token_not_allowed`.
    package func extract(
        authorization: [String] = [], subprotocols: [String] = [], query: String? = nil
    ) throws(AuthError) -> Credential {
        var tokens: Set<String> = []
        for value in authorization {
            if let token = try bearerToken(value) { tokens.insert(token) }
        }
        let offered = subprotocols.flatMap { $0.split(separator: ",") }.map { Self.trimmed($0) }
        for entry in offered where entry.hasPrefix("bearer.") {
            tokens.insert(try checked(entry.dropFirst("bearer.".count)))
        }
        let queryTokens = Self.queryValues("token", in: query ?? "")
        if allowsQueryToken {
            for value in queryTokens {
                tokens.insert(try checked(Substring(try percentDecoded(value))))
            }
        } else if tokens.isEmpty, !queryTokens.isEmpty {
            throw AuthError(.queryTokenNotAllowed, "a token in the address is not accepted here")
        }
        guard let token = tokens.first else {
            throw AuthError(.missingCredentials, "a token is needed: Authorization: Bearer <token>")
        }
        guard tokens.count == 1 else {
            throw AuthError(.conflictingCredentials, "the request carries different tokens")
        }
        return Credential(token: token, subprotocol: subprotocol(among: offered))
    }

    /// The dialect to answer, for the entries that a client offered.
    package func subprotocol(among offered: [some StringProtocol]) -> String? {
        if supportsSecondDialect, offered.contains(where: { $0 == Self.secondDialect }) { return Self.secondDialect }
        if offered.contains(where: { $0 == Self.basicDialect }) { return Self.basicDialect }
        return nil
    }

    /// The token of an `Authorization` value; `nil` for other schemes, which may be meant for a proxy.
    private func bearerToken(_ value: String) throws(AuthError) -> String? {
        let text = Self.trimmed(value[...])
        let scheme = text.prefix { $0 != " " }
        guard scheme.lowercased() == "bearer" else { return nil }
        return try checked(Self.trimmed(text.dropFirst(scheme.count)))
    }

    /// A token is letters, digits and `-._~+/=` (RFC 6750, `b64token`), so nothing of it can be mistaken later.
    private func checked(_ token: Substring) throws(AuthError) -> String {
        guard !token.isEmpty, token.utf8.allSatisfy(Self.isTokenByte) else {
            throw AuthError(.malformedCredentials, "the token is empty or has characters that no token has")
        }
        return String(token)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._~+/=".utf8.contains(byte)
        }
    }

    /// The undecoded values of a query parameter. Names are compared as they stand.
    private static func queryValues(_ name: String, in query: String) -> [Substring] {
        query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts[0] == name ? (parts.count == 2 ? parts[1] : "") : nil
        }
    }

    /// Strict: every `%` is followed by two hex digits, and the bytes are UTF-8. A `+` stays a `+`.
    private func percentDecoded(_ text: Substring) throws(AuthError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexValue), let low = rest.popFirst().flatMap(Self.hexValue)
            else {
                throw AuthError(.malformedCredentials, "the token in the address is not percent-encoded rightly")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw AuthError(.malformedCredentials, "the token in the address is not percent-encoded rightly")
        }
        return decoded
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Without spaces and tabs at the ends (RFC 9110, `OWS`).
    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
