import Chat
@testable import ChatService
import NIOCore
import Testing

@Suite struct ClientFrameTests {
    private func read(_ text: String) -> Result<ClientFrame, ClientFrame.Refusal> {
        read(ByteBuffer(string: text))
    }

    private func read(_ bytes: ByteBuffer) -> Result<ClientFrame, ClientFrame.Refusal> {
        do throws(ClientFrame.Refusal) {
            return .success(try ClientFrame(json: bytes))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(_ text: String) -> ClientFrame.Refusal? {
        guard case .failure(let refusal) = read(text) else { return nil }
        return refusal
    }

    @Test(
        "A message, also without a type, with or without a client_id, with fields of later versions",
        arguments: [
            (#"{"type":"message","content":"hi"}"#, nil), (#"{"content":"hi"}"#, nil),
            (#"{"type":null,"content":"hi","client_id":null}"#, nil),
            (#"{"type":"message","content":"hi","client_id":"c1"}"#, "c1"),
            (#" { "client_id" : "c1" , "content" : "\u0068i" } "#, "c1"),
            (#"{"content":"hi","typing":"not looked at","ref":7,"mentions":[1,{}],"x":null}"#, nil),
            (#"{"content":"hi","client_id":""}"#, ""),
        ] as [(String, String?)])
    func message(_ text: String, _ clientID: String?) {
        #expect(read(text) == .success(.message(content: "hi", clientID: clientID)))
    }

    @Test("Typing, on and off")
    func typing() {
        #expect(read(#"{"type":"typing","typing":true}"#) == .success(.typing(true)))
        #expect(read(#"{"type":"typing","typing":false,"content":5}"#) == .success(.typing(false)))
    }

    @Test("A content is taken scalar for scalar")
    func contentIsKept() {
        #expect(
            read(#"{"content":"\u0000\ud83d\ude00é\"\/\u2028"}"#)
                == .success(.message(content: "\u{0}😀é\"/\u{2028}", clientID: nil)))
    }

    @Test(
        "What is no JSON object is a bad request without a ref",
        arguments: [
            "", " ", "{", "}", "null", "true", "7", #""text""#, "[]", #"[{"content":"hi"}]"#, #"{"content":"hi""#,
            #"{"content":"hi"}}"#, #"{"content":"hi"} x"#, "{'content':'hi'}", "{content:\"hi\"}", #"{"content":"\x"}"#,
            #"{"content":"\u12"}"#, #"{"content":"\ud800"}"#, #"{"content":"\ude00\ud83d"}"#, "{\"content\":\"a\nb\"}",
            "{\"content\":\"a\u{0}b\"}", #"{"content":NaN}"#, "hello",
            "{\"$where\":\"1\"", "\u{0}{}",
        ])
    func malformed(_ text: String) {
        #expect(refusal(text)?.error.code == .badRequest)
        #expect(refusal(text)?.ref == nil)
    }

    @Test(
        "A missing or wrong-typed field is a bad request that names the field",
        arguments: [
            ("{}", "content"), (#"{"type":"message"}"#, "content"), (#"{"content":null}"#, "content"),
            (#"{"content":5}"#, "content"), (#"{"content":{"$gt":""}}"#, "content"), (#"{"content":["a"]}"#, "content"),
            (#"{"content":true}"#, "content"), (#"{"type":5,"content":"hi"}"#, "type"),
            (#"{"type":["message"],"content":"hi"}"#, "type"), (#"{"content":"hi","client_id":5}"#, "client_id"),
            (#"{"content":"hi","client_id":{"$ne":null}}"#, "client_id"), (#"{"type":"typing"}"#, "typing"),
            (#"{"type":"typing","typing":1}"#, "typing"), (#"{"type":"typing","typing":"true"}"#, "typing"),
            (#"{"type":"typing","typing":null}"#, "typing"),
        ])
    func wrongField(_ text: String, _ field: String) {
        let refusal = refusal(text)
        #expect(refusal?.error.code == .badRequest)
        #expect(refusal?.error.message.contains(field) == true)
    }

    @Test("An unknown type is a bad request", arguments: ["", "Message", "history", "presence", "edit", "💬"])
    func unknownType(_ type: String) {
        #expect(refusal(#"{"type":"\#(type)","content":"hi","ref":"r"}"#)?.error.code == .badRequest)
    }

    @Test(
        "The refusal names the frame by its client_id, else its ref, where that is a text of bearable length",
        arguments: [
            (#"{"content":5,"client_id":"c1"}"#, "c1"), (#"{"type":"typing","ref":"r1"}"#, "r1"),
            (#"{"type":"x","client_id":"c1","ref":"r1"}"#, "c1"), (#"{"content":5,"client_id":5,"ref":"r1"}"#, "r1"),
            (#"{"content":5,"client_id":5}"#, nil), (#"{"content":5,"ref":{"$gt":1}}"#, nil),
            (#"{"content":5,"ref":"\#(String(repeating: "r", count: 128))"}"#, String(repeating: "r", count: 128)),
            (#"{"content":5,"ref":"\#(String(repeating: "r", count: 129))"}"#, nil),
        ] as [(String, String?)])
    func reference(_ text: String, _ reference: String?) {
        #expect(refusal(text)?.error.code == .badRequest)
        #expect(refusal(text)?.ref == reference)
    }

    @Test("Deep nesting never traps", arguments: [10, 1_000, 60_000])
    func deepNesting(_ depth: Int) {
        let open = String(repeating: "[", count: depth)
        let close = String(repeating: "]", count: depth)
        _ = read(#"{"content":"hi","x":\#(open)\#(close)}"#)
        #expect(refusal(#"{"content":"hi","x":\#(open)"#)?.error.code == .badRequest)
        #expect(refusal(#"{"content":\#(open)\#(close)}"#)?.error.code == .badRequest)
        #expect(refusal(String(repeating: #"{"x":"#, count: depth))?.error.code == .badRequest)
    }

    @Test("A field that stands twice counts once")
    func duplicateKeys() throws {
        guard case .message(let content, _) = try read(#"{"content":"one","content":"two"}"#).get() else {
            Issue.record("no message")
            return
        }
        #expect(["one", "two"].contains(content))
    }

    @Test(
        "Huge numbers in fields that nobody reads never trap",
        arguments: [
            "1e400", "-1e400", "1e-400", String(repeating: "9", count: 10_000),
            "0.\(String(repeating: "1", count: 9_999))",
        ])
    func hugeNumbers(_ number: String) {
        _ = read(#"{"content":"hi","x":\#(number)}"#)
        #expect(refusal(#"{"content":\#(number)}"#)?.error.code == .badRequest)
        #expect(refusal(#"{"type":"typing","typing":\#(number)}"#)?.error.code == .badRequest)
    }

    @Test(
        "Bytes at random, and frames with a few bytes changed, are read or refused",
        arguments: 1...10 as ClosedRange<UInt64>)
    func anyBytes(_ seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let frame = Array(
            #"{"type":"message","content":"h\u0069 \ud83d\ude00","client_id":"c1","x":[1,{"y":null}]}"#.utf8)
        for round in 0..<300 {
            var bytes = frame
            if round % 3 == 0 {
                bytes = (0..<Int.random(in: 0...60, using: &dice)).map { _ in .random(in: 0...255, using: &dice) }
            } else {
                for _ in 0...Int.random(in: 0...3, using: &dice) {
                    bytes[Int.random(in: 0..<bytes.count, using: &dice)] = .random(in: 0...255, using: &dice)
                }
                bytes.removeLast(Int.random(in: 0...5, using: &dice))
            }
            if case .failure(let refusal) = read(ByteBuffer(bytes: bytes)) {
                #expect(refusal.error.code == .badRequest, "seed \(seed), round \(round)")
            }
        }
    }
}
