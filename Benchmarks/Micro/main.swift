import BSON
import Chat
import ChatService
import Hub
import NIOCore
import NIOEmbedded
import WebSocket

let measure = Measure()

// Ids.
let ids = ObjectIDGenerator()
measure("ObjectIDGenerator.next") { ids.next() }
let id = ids.next()
measure("ObjectID.description") { id.description }

// A client's message: bytes of the socket to a command.
let text = #"{"type":"message","content":"the quick brown fox jumps over the lazy dog","client_id":"c-1"}"#
let frame = maskedFrame(text)
measure("FrameParser: one masked text frame") {
    var parser = FrameParser()
    var input = frame
    return parser.next(&input)
}
let json = ByteBuffer(string: text)
try measure("ClientFrame(json:)") { try ClientFrame(json: json, dialect: .second) }
let author = Author(id: UserID(stored: "user-00001"), username: "user-00001")
try measure("MessageDraft with its digest") {
    try MessageDraft(
        roomID: RoomID(stored: "room"), author: author, content: "the quick brown fox jumps", clientID: "c-1")
}

// A stored message: to the bytes of everyone's sockets.
let message = Message(
    id: id, roomID: RoomID(stored: "room"), seq: 123_456, userID: author.id, username: author.username,
    content: "the quick brown fox jumps over the lazy dog and runs away",
    timestamp: Timestamp(milliseconds: id.milliseconds), clientID: "c-1", digest: nil)
measure("Message.json") { message.json() }
let encoded = message.json()
measure("FrameWriter.textFrame") { FrameWriter.textFrame(encoded) }

// The hub: one frame to a thousand connections that drop it.
let loop = EmbeddedEventLoop()
let hub = Hub(group: loop)
let topic = Topic()
var outlets: [Outlet] = []
for _ in 0..<1_000 {
    let outlet = Outlet(
        channel: EmbeddedChannel(handler: DiscardingHandler(), loop: loop), budgetBytes: 1 << 20, onEnd: { _ in })
    hub.loopHub(on: loop)?.subscribe(outlet, to: topic)
    outlets.append(outlet)
}
let broadcast = FrameWriter.textFrame(encoded)
var position: Int64 = 0
measure("Hub: one message to 1,000 connections", calls: 10) {
    position += 1
    hub.publish(Broadcast(topic: topic, frames: broadcast, position: position))
    loop.run()
}
measure("Hub: 16 messages in one turn to 1,000", calls: 10) {
    for _ in 0..<16 {
        position += 1
        hub.publish(Broadcast(topic: topic, frames: broadcast, position: position))
    }
    loop.run()
}

// A person who comes to a room and leaves it again, among so many others; and the list that he gets.
for count in [200, 2_000, 10_000] {
    let now = ContinuousClock.now
    var presence = RoomPresence(now: now)
    for number in 0..<count {
        _ = presence.join(UserID(stored: "user-\(number)"), outlet: UInt64(number), now: now)
    }
    _ = presence.tick(now: now.advanced(by: .seconds(2)))
    // Within a second of the last notice, as nearly all joins of a large room are.
    let later = now.advanced(by: .milliseconds(2_100))
    let guest = UserID(stored: "guest")
    measure("RoomPresence: join and leave among \(count)") {
        let notices = presence.join(guest, outlet: 1_000_000, now: later)
        return notices.count + presence.leave(guest, outlet: 1_000_000, now: later).notices.count
    }
    // Made anew after each notice, and the same for all who come within that second.
    var time = later
    measure("RoomPresence: a notice, and the list of \(count)", calls: 10) {
        time = time.advanced(by: .seconds(2))
        _ = presence.join(guest, outlet: 1_000_000, now: time)
        _ = presence.leave(guest, outlet: 1_000_000, now: time)
        return presence.snapshot()
    }
}

/// As a client sends it (RFC 6455, section 5.3).
func maskedFrame(_ text: String) -> ByteBuffer {
    let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    var bytes = ByteBuffer(bytes: [0x81, 0x80 | UInt8(text.utf8.count)] + key)
    bytes.writeBytes(text.utf8.enumerated().map { $1 ^ key[$0 & 3] })
    return bytes
}
