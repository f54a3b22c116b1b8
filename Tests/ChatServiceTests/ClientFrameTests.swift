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
            return .success(try ClientFrame(json: bytes, dialect: .basic))
        } catch {
            return .failure(error)
        }
    }

    private func command(_ text: String) -> ClientFrame.Command? {
        try? read(text).get().command
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
            (#"{"content":"hi","typing":"not looked at","room_id":7,"mentions":[1,{}],"x":null}"#, nil),
        ] as [(String, String?)])
    func message(_ text: String, _ clientID: String?) throws {
        #expect(command(text) == .message(ClientFrame.NewMessage(content: "hi", clientID: clientID)))
        #expect(try read(text).get().ref == clientID)
    }

    @Test("Typing, on and off")
    func typing() {
        #expect(command(#"{"type":"typing","typing":true}"#) == .typing(true))
        #expect(command(#"{"type":"typing","typing":false,"content":5}"#) == .typing(false))
    }

    @Test("A content is taken scalar for scalar")
    func contentIsKept() {
        guard case .message(let message) = command(#"{"content":"\u0000\ud83d\ude00e\u0301é\"\/\u2028"}"#) else {
            Issue.record("no message")
            return
        }
        #expect(Array(message.content.unicodeScalars) == Array("\u{0}😀e\u{301}é\"/\u{2028}".unicodeScalars))
    }

    @Test(
        "What is no JSON object is a bad request without a ref",
        arguments: [
            "", " ", "{", "}", "null", "true", "7", #""text""#, "[]", #"[{"content":"hi"}]"#, #"{"content":"hi""#,
            #"{"content":"hi"}}"#, #"{"content":"hi"} x"#, "{'content':'hi'}", "{content:\"hi\"}", #"{"content":"\x"}"#,
            #"{"content":"\u12"}"#, #"{"content":"\ud800"}"#, #"{"content":"\ude00\ud83d"}"#, "{\"content\":\"a\nb\"}",
            "{\"content\":\"a\u{0}b\"}", #"{"content":NaN}"#, "hello",
            "{\"$where\":\"1\"", "\u{0}{}", #"{"content":"hi",}"#, "\u{FEFF}{\"content\":\"hi\"}",
            #"{"content":"hi","client_id":"c1","x":"\x"}"#, #"{"content":"hi","x":01}"#,
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

    @Test(
        "An unknown type is a bad request that names it, cut to 32 characters",
        arguments: [
            ("", "\"\""), ("Message", "\"Message\""), ("presence", "\"presence\""), ("💬", "\"💬\""),
            (String(repeating: "é", count: 33), "\"\(String(repeating: "é", count: 32))\""),
        ])
    func unknownType(_ type: String, _ named: String) {
        let refusal = refusal(#"{"type":"\#(type)","content":"hi","ref":"r"}"#)
        #expect(refusal?.error == .badRequest("unknown type \(named)"))
        #expect(refusal?.ref == "r")
    }

    @Test("A type of the second dialect says what it needs", arguments: ["join", "leave", "history", "auth", "ping"])
    func typeOfSecondDialect(_ type: String) {
        #expect(
            refusal(#"{"type":"\#(type)","ref":"r"}"#)
                == ClientFrame.Refusal(error: .badRequest("type \"\(type)\" needs the subprotocol chat.v2"), ref: "r"))
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

    @Test(
        "A reference of another type, an empty or an overlong one refuses the frame and does not come back",
        arguments: [
            "5", "true", "[]", #"{"$gt":""}"#, #""""#, "\"\(String(repeating: "c", count: 129))\"",
            "\"\(String(repeating: "é", count: 65))\"", "\"\(String(repeating: "c", count: 10_000))\"",
        ])
    func wrongReference(_ reference: String) {
        for (field, frame) in [
            ("client_id", #"{"content":"hi","client_id":\#(reference)}"#),
            ("ref", #"{"type":"typing","typing":true,"ref":\#(reference)}"#),
        ] {
            let error = ChatError.badRequest("\(field) must be a string of 1 to 128 bytes")
            #expect(refusal(frame) == ClientFrame.Refusal(error: error))
        }
    }

    @Test("More than 64 fields are refused")
    func manyFields() {
        func frame(_ count: Int) -> String {
            "{" + (1..<count).map { "\"x\($0)\":[]," }.joined() + #""content":"hi"}"#
        }
        #expect(command(frame(64)) != nil)
        #expect(refusal(frame(65))?.error == .badRequest("a frame has at most 64 fields"))
        #expect(refusal(frame(20_000))?.error == .badRequest("a frame has at most 64 fields"))
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

    @Test("A field that stands twice counts once, as its first; also where it is spelt with escapes")
    func duplicateKeys() {
        let message = ClientFrame.Command.message(ClientFrame.NewMessage(content: "one"))
        #expect(command(#"{"content":"one","content":"two"}"#) == message)
        #expect(command(#"{"content":"one","content":2}"#) == message)
        #expect(command(#"{"\u0063ontent":"one","content":"two"}"#) == message)
        #expect(refusal(#"{"content":null,"content":"two"}"#)?.error == .badRequest("content is missing"))
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
