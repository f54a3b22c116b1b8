import Chat
@testable import ChatService
import Testing

@Suite struct QueryParametersTests {
    private func code(_ query: String) -> ChatError.Code? {
        do throws(ChatError) {
            _ = try QueryParameters(query)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("Values are decoded as forms are")
    func decodes() throws {
        let query = try QueryParameters("q=a+b%20c&limit=5&empty=&flag&x%3Dy=%3D%26%2B&u=%F0%9F%98%80&raw=é&e==1=2")
        #expect(query["q"] == "a b c")
        #expect(query["limit"] == "5")
        #expect(query["empty"] == "")
        #expect(query["flag"] == "")
        #expect(query["x=y"] == "=&+")
        #expect(query["u"] == "😀")
        #expect(query["raw"] == "é")
        #expect(query["e"] == "=1=2")
        #expect(query["missing"] == nil)
    }

    @Test("No query and empty parts are no parameters", arguments: [nil, "", "&", "&&"] as [String?])
    func empty(_ query: String?) throws {
        #expect(try QueryParameters(query)["q"] == nil)
    }

    @Test("An encoded combining character does not hide the signs around it")
    func combiningCharacters() throws {
        let query = try QueryParameters("q=a%CC%81&limit=5&x=%CC%811")
        #expect(query["q"] == "a\u{301}")
        #expect(query["limit"] == "5")
        #expect(query["x"] == "\u{301}1")
    }

    @Test(
        "A broken encoding and bytes that are no UTF-8 are a bad request",
        arguments: ["q=%", "q=%4", "q=%zz", "q=%4g", "%=1", "q=%FF", "q=%C0%80", "q=%ED%A0%80", "q=a%F0%9F%98"])
    func broken(_ query: String) {
        #expect(code(query) == .badRequest)
    }

    @Test("A name that stands twice is a bad request, also when it is spelt otherwise")
    func twice() {
        #expect(code("limit=1&limit=2") == .badRequest)
        #expect(code("limit=1&%6Cimit=2") == .badRequest)
        #expect(code("a&a") == .badRequest)
    }
}
