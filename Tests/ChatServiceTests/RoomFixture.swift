import Chat
@testable import ChatService
import Hub
import NIOCore
import NIOEmbedded

/// A room on one event loop that the test drives, with sockets whose frames are kept and a time that the test sets.
final class RoomFixture {
    /// One socket in the room.
    final class Socket {
        private final class End {
            var hasCome = false
        }

        let recorder = FrameRecorder()
        let author: Author
        let dialect: Dialect
        let outlet: Outlet
        private let end: End

        fileprivate init(_ author: Author, _ dialect: Dialect, loop: EmbeddedEventLoop) {
            let end = End()
            self.dialect = dialect
            self.author = author
            self.end = end
            let channel = EmbeddedChannel(handler: recorder, loop: loop)
            outlet = Outlet(channel: channel, budgetBytes: 1 << 20) { _ in end.hasCome = true }
        }

        /// Whether the hub gave it up.
        var hasEnded: Bool { end.hasCome }

        /// The frames since the last call.
        func take() -> [String] { recorder.take() }

        /// What it gets is not kept from now on.
        func mute() { recorder.isMuted = true }

        /// The types of the frames since the last call.
        func takeTypes() -> [String] {
            take().map { String($0.dropFirst(#"{"type":""#.count).prefix { $0 != "\"" }) }
        }
    }

    let loop = EmbeddedEventLoop()
    let hub: Hub
    let room: LiveRoom
    private(set) var now = ContinuousClock.now

    init(loaded seqs: ClosedRange<Int64>? = nil, _ change: (inout LiveRoom.Limits) -> Void = { _ in }) {
        hub = Hub(group: loop)
        var limits = LiveRoom.Limits()
        change(&limits)
        room = LiveRoom(id: Sample.room, hub: hub, limits: limits, now: now)
        room.load(seqs.map(Sample.messages) ?? [], of: Sample.roomRecord(), now: now)
    }

    /// A socket comes as a session brings it: the room first, then the hub, then its welcome.
    func join(_ name: String, _ dialect: Dialect = .basic, from point: ResumePoint = .newest) -> Socket {
        let socket = socket(name, dialect)
        arrive(socket, from: point)
        return socket
    }

    /// - Returns: what must be in memory first, if it cannot come yet.
    @discardableResult
    func arrive(_ socket: Socket, from point: ResumePoint) -> Missed? {
        let (id, dialect) = (socket.outlet.id, socket.dialect)
        switch room.join(socket.author.id, outlet: id, dialect: dialect, from: point, now: now) {
        case .ended:
            return nil
        case .needs(let missed):
            return missed
        case .welcome(let welcome):
            hub.loopHub(on: loop)?.subscribe(
                socket.outlet, to: room.topics[.init(dialect)], after: welcome.position)
            socket.recorder.add(welcome.frames)
            return nil
        }
    }

    /// A socket of `/chat/{room_id}/events` comes.
    func listen() -> Socket {
        let socket = socket("listener")
        guard let position = room.addEventListener() else { return socket }
        hub.loopHub(on: loop)?.subscribe(socket.outlet, to: room.topics.events, after: position)
        return socket
    }

    func leave(_ socket: Socket) {
        hub.loopHub(on: loop)?.unsubscribe(socket.outlet, from: room.topics[.init(socket.dialect)])
        room.leave(socket.author.id, outlet: socket.outlet.id, dialect: socket.dialect, now: now)
    }

    func deliver(_ seqs: ClosedRange<Int64>) { room.deliver(Sample.messages(seqs), now: now) }

    func type(_ name: String, _ isTyping: Bool = true) {
        room.setTyping(UserID(stored: name), isTyping, now: now)
    }

    func advance(_ seconds: Double) { now = now.advanced(by: .seconds(seconds)) }

    func tick() {
        room.tick(now: now)
        turn()
    }

    func turn() { loop.run() }

    func socket(_ name: String, _ dialect: Dialect = .basic) -> Socket {
        Socket(Sample.author(name), dialect, loop: loop)
    }
}

func json(_ message: Message) -> String { String(buffer: message.json()) }
func historyFrame(_ seqs: ClosedRange<Int64>? = nil) -> String {
    #"{"type":"history","messages":[\#((seqs.map(Sample.messages) ?? []).map(json).joined(separator: ","))]}"#
}
func presenceFrame(_ users: String...) -> String {
    let list = users.map { "\"\($0)\"" }.joined(separator: ",")
    return #"{"type":"presence","online_users":[\#(list)],"count":\#(users.count)}"#
}
func typingFrame(_ users: String...) -> String {
    #"{"type":"typing","users":[\#(users.map { "\"\($0)\"" }.joined(separator: ","))]}"#
}
