import BSON
import Chat
@testable import ChatService
import NIOCore
import Testing

/// The frames that only a client of `chat.v2` sends, and the fields that only there mean something.
@Suite struct ClientFrameSecondDialectTests {
    private func frame(_ text: String) throws -> ClientFrame {
        try ClientFrame(json: ByteBuffer(string: text), dialect: .second)
    }

    private func refusal(_ text: String) -> ClientFrame.Refusal? {
        do throws(ClientFrame.Refusal) {
            _ = try ClientFrame(json: ByteBuffer(string: text), dialect: .second)
            return nil
        } catch {
            return error
        }
    }

    private let id = ObjectID(high: 0x6b03_f7f2_d840_6175, low: 0xc8cd_7193)

    @Test("A message with all its fields")
    func message() throws {
        let frame = try frame(
            #"{"content":"hi","client_id":"c1","room_id":"lobby","thread_id":"\#(id)","reply_to":"\#(id)","#
                + #""mentions":["anna","b\u0065n"],"attachments":"not looked at"}"#)
        let message = ClientFrame.NewMessage(
            content: "hi", clientID: "c1", threadID: id, replyTo: id, mentions: ["anna", "ben"])
        #expect(frame == ClientFrame(command: .message(message), ref: "c1", room: RoomID(stored: "lobby")))
    }

    @Test("A message without its optional fields, also as null")
    func shortMessage() throws {
        let message = ClientFrame.NewMessage(content: "hi")
        #expect(try frame(#"{"content":"hi"}"#) == ClientFrame(command: .message(message)))
        let nulls = #"{"content":"hi","thread_id":null,"reply_to":null,"mentions":null,"room_id":null,"ref":null}"#
        #expect(try frame(nulls) == ClientFrame(command: .message(message)))
        #expect(try frame(#"{"content":"hi","mentions":[]}"#).command == .message(message))
    }

    @Test("Joining, leaving, typing, renewing the token, ping")
    func others() throws {
        let lobby = RoomID(stored: "lobby")
        #expect(
            try frame(#"{"type":"join","room_id":"lobby","cursor":"abc","ref":"1"}"#)
                == ClientFrame(command: .join(cursor: "abc"), ref: "1", room: lobby))
        #expect(
            try frame(#"{"type":"join","room_id":"lobby"}"#) == ClientFrame(command: .join(cursor: nil), room: lobby))
        #expect(try frame(#"{"type":"leave","room_id":"lobby"}"#) == ClientFrame(command: .leave, room: lobby))
        #expect(try frame(#"{"type":"typing","typing":false}"#) == ClientFrame(command: .typing(false)))
        #expect(try frame(#"{"type":"auth","token":"a.b.c"}"#) == ClientFrame(command: .auth(token: "a.b.c")))
        #expect(try frame(#"{"type":"ping","ref":"p"}"#) == ClientFrame(command: .ping, ref: "p"))
    }

    @Test(
        "The limit of a history is clamped",
        arguments: [
            ("1", 1), ("200", 200), ("50", 50), ("0", 1), ("-5", 1), ("201", 200), ("1e2", 100), ("7.0", 7),
            ("9223372036854775808", 200), ("-1e300", 1), ("99999999999999999999999999", 200),
        ])
    func limit(_ text: String, _ limit: Int) throws {
        let frame = try frame(#"{"type":"history","before_id":"\#(id)","limit":\#(text)}"#)
        #expect(frame.command == .history(before: id, limit: limit))
    }

    @Test("A history without limit or before_id")
    func plainHistory() throws {
        #expect(try frame(#"{"type":"history"}"#).command == .history(before: nil, limit: nil))
        #expect(
            try frame(#"{"type":"history","before_id":null,"limit":null}"#).command
                == .history(before: nil, limit: nil))
    }

    @Test(
        "A wrong field is a bad request that names the field, and the answer names frame and room",
        arguments: [
            (#""type":"history","limit":1.5"#, "limit"), (#""type":"history","limit":"5""#, "limit"),
            (#""type":"history","limit":1e400"#, "limit"), (#""type":"history","limit":true"#, "limit"),
            (#""type":"history","before_id":"x""#, "before_id"), (#""type":"history","before_id":5"#, "before_id"),
            (#""type":"join","cursor":5"#, "cursor"),
            (#""type":"auth""#, "token"), (#""type":"auth","token":1"#, "token"),
            (#""content":"hi","thread_id":"""#, "thread_id"), (#""content":"hi","reply_to":{}"#, "reply_to"),
            (#""content":"hi","mentions":"anna""#, "mentions"),
            (#""content":"hi","mentions":["anna",5]"#, "mentions"),
            (#""content":"hi","mentions":["a"\#(String(repeating: #","a""#, count: 100))]"#, "mentions"),
        ])
    func wrongField(_ fields: String, _ field: String) {
        let refusal = refusal(#"{\#(fields),"room_id":"lobby","ref":"r"}"#)
        #expect(refusal?.error.code == .badRequest)
        #expect(refusal?.error.message.hasPrefix("\(field) ") == true)
        #expect(refusal?.ref == "r")
        #expect(refusal?.room == RoomID(stored: "lobby"))
    }

    @Test("What is no room id is a bad request", arguments: ["5", #""""#, #""a b""#, #""me""#, #"["lobby"]"#])
    func wrongRoom(_ room: String) {
        let refusal = refusal(#"{"type":"leave","room_id":\#(room),"ref":"r"}"#)
        #expect(refusal?.error.code == .badRequest)
        #expect(refusal?.ref == "r")
        #expect(refusal?.room == nil)
    }

    @Test("An unknown type is named")
    func unknownType() {
        #expect(refusal(#"{"type":"sing"}"#)?.error == .badRequest(#"unknown type "sing""#))
    }
}
