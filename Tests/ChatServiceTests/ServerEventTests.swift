import BSON
import Chat
import ChatLog
@testable import ChatService
import Hummingbird
import NIOCore
import Testing

/// The frames of the basic dialect, to the letter.
@Suite struct ServerEventTests {
    private func frame(_ event: ServerEvent) -> String {
        var json = JSONWriter()
        event.writeFrame(to: &json)
        return String(buffer: json.buffer)
    }

    private func event(_ event: ServerEvent) -> String {
        var json = JSONWriter()
        event.writeEvent(to: &json)
        return String(buffer: json.buffer)
    }

    private let message = Sample.message(4, by: "anna", "hi \"all\"\n")
    private var fields: String {
        #""_id":"\#(message.id)","room_id":"general","seq":4,"user_id":"anna","username":"ANNA","#
            + #""content":"hi \"all\"\n","timestamp":"2026-11-23T07:32:19.004Z""#
    }

    @Test("message")
    func messageFrame() {
        #expect(frame(.message(message)) == #"{"type":"message",\#(fields)}"#)
        #expect(event(.message(message)) == #"{"type":"message","data":{\#(fields)}}"#)
        #expect(String(buffer: message.json()) == frame(.message(message)))
    }

    @Test("history")
    func history() {
        #expect(frame(.history(.init([]))) == #"{"type":"history","messages":[]}"#)
        let json = message.json()
        #expect(
            frame(.history(.init([json, json])))
                == #"{"type":"history","messages":[{"type":"message",\#(fields)},{"type":"message",\#(fields)}]}"#)
    }

    @Test("system", arguments: [(ServerEvent.Notice.Kind.joined, "joined"), (.left, "left")])
    func system(_ kind: ServerEvent.Notice.Kind, _ word: String) {
        let notice = ServerEvent.Notice(
            kind: kind, user: UserID(stored: "o\"neil"), timestamp: Timestamp(milliseconds: 0))
        let fields =
            #""content":"User o\"neil \#(word) the chat","user_id":"o\"neil","timestamp":"1970-01-01T00:00:00.000Z""#
        #expect(frame(.system(notice)) == #"{"type":"system",\#(fields)}"#)
        #expect(event(.system(notice)) == #"{"type":"system","data":{\#(fields)}}"#)
    }

    @Test("typing")
    func typing() {
        let users = ["anna", "ben"].map(UserID.init(stored:))
        #expect(frame(.typing(users)) == #"{"type":"typing","users":["anna","ben"]}"#)
        #expect(frame(.typing([])) == #"{"type":"typing","users":[]}"#)
        #expect(event(.typing(users)) == #"{"type":"typing","data":{"users":["anna","ben"]}}"#)
    }

    @Test("presence, with the list and as a count")
    func presence() {
        let users = ["anna", "ben"].map(UserID.init(stored:))
        #expect(
            frame(.presence(users: users, count: 2)) == #"{"type":"presence","online_users":["anna","ben"],"count":2}"#)
        #expect(frame(.presence(users: nil, count: 101)) == #"{"type":"presence","count":101}"#)
        #expect(event(.presence(users: nil, count: 101)) == #"{"type":"presence","data":{"count":101}}"#)
    }

    @Test("ack")
    func acknowledgement() {
        let answer = Acknowledgement(message, isDuplicate: true)
        #expect(
            frame(.acknowledgement(answer, ref: "c-1"))
                == #"{"type":"ack","ref":"c-1","_id":"\#(message.id)","seq":4,"timestamp":"2026-11-23T07:32:19.004Z","#
                + #""duplicate":true}"#)
    }

    @Test("error, with and without the frame that it answers")
    func error() {
        #expect(
            frame(.error(.badRequest("no"), ref: nil))
                == #"{"type":"error","code":"bad_request","message":"no","temporary":false}"#)
        #expect(
            frame(.error(.unavailable("later"), ref: "c\"1"))
                == #"{"type":"error","ref":"c\"1","code":"unavailable","message":"later","temporary":true}"#)
    }

    @Test(
        "Every error code has its status",
        arguments: [
            (.badRequest, 400), (.unauthorized, 401), (.forbidden, 403), (.muted, 403), (.banned, 403),
            (.notFound, 404), (.conflict, 409), (.gone, 410), (.tooLarge, 413), (.filtered, 422), (.slowMode, 429),
            (.rateLimited, 429), (.internalError, 500), (.unavailable, 503),
            (ChatError.Code(rawValue: "of a later version"), 500),
        ] as [(ChatError.Code, Int)])
    func status(_ code: ChatError.Code, _ status: Int) {
        #expect(ChatError(code, "").status.code == status)
    }
}
