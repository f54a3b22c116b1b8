import Foundation
import Testing

@testable import Auth

@Suite struct Base64URLTests {
    @Test func `bytes of every length come back`() throws {
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text.utf8) == bytes)
            let standard = Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
            #expect(text == standard)
        }
    }

    @Test(arguments: ["A", "AAAAA", "AB", "AAB", "A=", "AA==", "A A", "AA\n", "+A", "/A", "é"])
    func `another spelling is refused`(text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
    }
}
