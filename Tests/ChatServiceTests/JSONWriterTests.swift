import BSON
import Chat
@testable import ChatService
import Foundation
import NIOCore
import Testing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        body(&json)
        return String(buffer: json.buffer)
    }

    @Test("Any text comes back from Foundation's decoder scalar for scalar", arguments: 1...20 as ClosedRange<UInt64>)
    func anyText(_ seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let strings = (0..<3).map { _ in RandomText.make(Int.random(in: 0...40, using: &dice), using: &dice) }
            let json = text { json in
                json.beginArray()
                for string in strings { json.string(string) }
                json.endArray()
            }
            let decoded = try JSONDecoder().decode([String].self, from: Data(json.utf8))
            #expect(
                decoded.map { Array($0.unicodeScalars) } == strings.map { Array($0.unicodeScalars) }, "seed \(seed)")
        }
    }

    @Test("Any object comes back from Foundation's decoder value for value", arguments: 1...20 as ClosedRange<UInt64>)
    func anyObject(_ seed: UInt64) throws {
        struct Object: Decodable, Equatable {
            var text: String
            var number: Int64
            var flag: Bool
            var id: ObjectID
            var time: String
            var list: [[String: Int]]
            var nothing: Int?
        }
        var dice = SeededGenerator(seed: seed)
        for round in 0..<100 {
            let time = Timestamp(milliseconds: .random(in: 0...4_000_000_000_000, using: &dice))
            let object = Object(
                text: RandomText.make(Int.random(in: 0...300, using: &dice), using: &dice),
                number: Int64.random(in: .min ... .max, using: &dice) >> Int64.random(in: 0...63, using: &dice),
                flag: .random(using: &dice),
                id: ObjectID(
                    high: .random(in: 0 ... .max, using: &dice), low: .random(in: 0 ... .max, using: &dice)),
                time: time.description, list: (0..<Int.random(in: 0...3, using: &dice)).map { ["n": $0] })
            let json = text { json in
                json.beginObject()
                json.field("text", object.text)
                json.field("number", object.number)
                json.field("flag", object.flag)
                json.field("id", object.id)
                json.field("time", time)
                json.array("list") { json in
                    for element in object.list {
                        json.beginObject()
                        for (_, number) in element { json.field("n", number) }
                        json.endObject()
                    }
                }
                json.key("nothing")
                json.null()
                json.endObject()
            }
            let decoded = try JSONDecoder().decode(Object.self, from: Data(json.utf8))
            #expect(decoded == object, "seed \(seed), round \(round)")
            #expect(Array(decoded.text.unicodeScalars) == Array(object.text.unicodeScalars), "seed \(seed)")
        }
    }

    @Test("Every scalar of the first planes and the ends of all comes back")
    func everyScalar() throws {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>)
            .filter { $0 < 0x3100 || $0 & 0xFFFF > 0xFFF0 || $0 & 0xFFFF < 0x10 }.compactMap(Unicode.Scalar.init)
        let string = String(String.UnicodeScalarView(scalars))
        let json = text { $0.string(string) }
        let decoded = try JSONDecoder().decode(String.self, from: Data(json.utf8))
        #expect(Array(decoded.unicodeScalars) == scalars)
    }

    @Test("What must be escaped is, and nothing else")
    func escapes() {
        #expect(text { $0.string("a\"b\\c/d") } == #""a\"b\\c/d""#)
        #expect(text { $0.string("\n\r\t\u{0}\u{8}\u{1F}") } == #""\n\r\t\u0000\u0008\u001f""#)
        #expect(text { $0.string("é😀\u{7F}\u{2028}") } == "\"é😀\u{7F}\u{2028}\"")
        #expect(text { $0.string("") } == "\"\"")
        #expect(text { $0.string("\"") } == #""\"""#)
    }

    @Test("Strings that are parts of others or were made by Foundation are written alike")
    func kindsOfStrings() {
        let long = String(repeating: "ab\"c", count: 100)
        #expect(text { $0.string(String(long.dropFirst(2).prefix(3))) } == #""\"ca""#)
        #expect(text { $0.string(String(NSString(string: "a\"é"))) } == #""a\"é""#)
    }

    @Test("Commas stand between values and nowhere else")
    func commas() {
        let json = text { json in
            json.beginObject()
            json.field("a", 1)
            json.object("b") { _ in }
            json.array("c") { json in
                json.beginObject()
                json.endObject()
                json.beginArray()
                json.endArray()
                json.null()
                json.raw(ByteBuffer(string: #"{"x":1}"#))
                json.bool(false)
            }
            json.array("d") { _ in }
            json.field("e", true)
            json.field("f", "g")
            json.key("h")
            json.null()
            json.endObject()
        }
        #expect(json == #"{"a":1,"b":{},"c":[{},[],null,{"x":1},false],"d":[],"e":true,"f":"g","h":null}"#)
    }

    @Test("Whole numbers keep all their digits")
    func integers() {
        #expect(text { $0.integer(.max) } == "9223372036854775807")
        #expect(text { $0.integer(.min) } == "-9223372036854775808")
        #expect(text { $0.integer(0) } == "0")
    }
}
