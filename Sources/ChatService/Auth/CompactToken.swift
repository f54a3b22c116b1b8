/// A token taken apart (RFC 7515, compact serialization), nothing of it trusted yet.
struct CompactToken {
    let header: TokenHeader
    /// JSON text of the claims.
    let payload: [UInt8]
    let signature: [UInt8]
    /// What the signature is over: the first two parts with the dot between them.
    let signed: ArraySlice<UInt8>

    /// - Throws: `malformed_token`, or `critical_header`.
    init(_ bytes: [UInt8]) throws(AuthError) {
        let dot = UInt8(ascii: ".")
        let parts = bytes.split(separator: dot, maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw AuthError(.malformedToken, "the token is not three parts with dots between them")
        }
        guard let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else {
            throw AuthError(.malformedToken, "a part of the token is not base64url")
        }
        self.header = try TokenHeader(json: header)
        self.payload = payload
        self.signature = signature
        self.signed = bytes[..<parts[1].endIndex]
    }
}
