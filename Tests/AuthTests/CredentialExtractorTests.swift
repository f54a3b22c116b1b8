import Testing

@testable import Auth

@Suite struct CredentialExtractorTests {
    let extractor = CredentialExtractor(allowsQueryToken: true, supportsSecondDialect: true)

    func refusal(
        _ extractor: CredentialExtractor? = nil, authorization: [String] = [], subprotocols: [String] = [],
        query: String? = nil
    ) -> AuthError.Code? {
        do {
            _ = try (extractor ?? self.extractor).extract(
                authorization: authorization, subprotocols: subprotocols, query: query)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c  ", " Bearer a.b.c"])
    func `the header's token is found`(value: String) throws {
        #expect(try extractor.extract(authorization: [value]) == Credential(token: "a.b.c"))
    }

    @Test(arguments: ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \u{1b}", "Bearer é", "Bearer a\tb"])
    func `a header that carries no token is refused`(value: String) {
        #expect(refusal(authorization: [value]) == .malformedCredentials)
    }

    @Test func `another scheme does not count`() throws {
        #expect(refusal(authorization: ["Basic YTpi"]) == .missingCredentials)
        #expect(refusal(authorization: ["Bearera.b.c"]) == .missingCredentials)
        #expect(try extractor.extract(authorization: ["Basic YTpi", "Bearer x"]).token == "x")
    }

    @Test func `the token is found among the subprotocols and never answered`() throws {
        func answer(_ values: [String], second: Bool = true) throws -> Credential {
            try CredentialExtractor(allowsQueryToken: false, supportsSecondDialect: second)
                .extract(subprotocols: values)
        }
        #expect(try answer(["bearer.a.b.c"]) == Credential(token: "a.b.c"))
        #expect(try answer(["chat.v2, bearer.a.b.c"]) == Credential(token: "a.b.c", subprotocol: "chat.v2"))
        #expect(try answer(["bearer.a.b.c,chat.v2"]) == Credential(token: "a.b.c", subprotocol: "chat.v2"))
        #expect(try answer(["bearer.a.b.c", "chat.v1"]) == Credential(token: "a.b.c", subprotocol: "chat.v1"))
        #expect(try answer(["chat.v1, chat.v2, bearer.x"]) == Credential(token: "x", subprotocol: "chat.v2"))
        #expect(try answer(["chat.v2, bearer.x"], second: false) == Credential(token: "x"))
        #expect(try answer(["chat.v2, chat.v1, bearer.x"], second: false).subprotocol == "chat.v1")
        #expect(try answer(["soap, bearer.x"]) == Credential(token: "x"))
    }

    @Test func `a dialect beside a token of the header is answered`() throws {
        let credential = try extractor.extract(authorization: ["Bearer x"], subprotocols: ["chat.v2"])
        #expect(credential == Credential(token: "x", subprotocol: "chat.v2"))
    }

    @Test(arguments: ["bearer.", "chat.v2, bearer.", "bearer.a b"])
    func `a subprotocol without a token in it is refused`(value: String) {
        #expect(refusal(subprotocols: [value]) == .malformedCredentials)
    }

    @Test(arguments: ["token=a.b.c", "x=1&token=a.b.c&y", "token=a%2Eb%2ec", "token=a.b.c&token=a.b.c"])
    func `the address's token is found where that is allowed`(query: String) throws {
        #expect(try extractor.extract(query: query).token == "a.b.c")
        let closed = CredentialExtractor(allowsQueryToken: false, supportsSecondDialect: false)
        #expect(refusal(closed, query: query) == .queryTokenNotAllowed)
        #expect(try closed.extract(authorization: ["Bearer x"], query: query).token == "x")
    }

    @Test(arguments: [
        "token", "token=", "token=%", "token=a%2", "token=a%2g", "token=a%zz", "token=%00", "token=%C3%28",
        "token=a b", "token=a%20b", "token=a%0d%0ab",
    ])
    func `an address's token that is encoded wrongly is refused`(query: String) {
        #expect(refusal(query: query) == .malformedCredentials)
    }

    @Test(arguments: [nil, "", "&", "=", "Token=a", "tokens=a", "a=token=b", "&&token"])
    func `an address without a token has none`(query: String?) {
        let expected: AuthError.Code = query == "&&token" ? .malformedCredentials : .missingCredentials
        #expect(refusal(query: query) == expected)
    }

    @Test func `the same token in several places is one token`() throws {
        let credential = try extractor.extract(
            authorization: ["Bearer x", "Bearer x"], subprotocols: ["bearer.x"], query: "token=x")
        #expect(credential.token == "x")
    }

    @Test func `different tokens are refused, wherever they are`() {
        #expect(refusal(authorization: ["Bearer x", "Bearer y"]) == .conflictingCredentials)
        #expect(refusal(authorization: ["Bearer x"], subprotocols: ["bearer.y"]) == .conflictingCredentials)
        #expect(refusal(subprotocols: ["bearer.x, bearer.y"]) == .conflictingCredentials)
        #expect(refusal(authorization: ["Bearer x"], query: "token=y") == .conflictingCredentials)
        #expect(refusal(query: "token=x&token=y") == .conflictingCredentials)
    }

    @Test func `a message never repeats the token`() {
        let secret = "s3cr3t"
        for query in ["token=\(secret)%", "token=\(secret)&token=x", "token=\(secret)%20"] {
            #expect {
                try extractor.extract(query: query)
            } throws: { error in
                !"\(error)".contains(secret)
            }
        }
    }
}
