import Chat
import Hub
import NIOCore

/// The sockets that look at a room, as far as the room knows them: the topics by which they are reached, and how many
/// there are of each kind, so that nothing is encoded for nobody.
struct RoomAudience {
    enum Kind: Hashable, Sendable {
        /// `/chat/{room_id}` without a subprotocol.
        case basic
        /// `chat.v2`, over either address.
        case second
        /// `/chat/{room_id}/events`.
        case events
    }

    /// Those who are to hear of something.
    enum Recipients {
        case all
        case only(Set<Outlet.ID>)
        case allExcept(Set<Outlet.ID>)
    }

    struct Topics: Sendable {
        let basic = Topic()
        let second = Topic()
        let events = Topic()

        subscript(_ kind: Kind) -> Topic {
            switch kind {
            case .basic: basic
            case .second: second
            case .events: events
            }
        }
    }

    private let room: RoomID
    private let hub: Hub
    private let topics: Topics
    private var basicCount = 0
    private var secondCount = 0
    private var eventsCount = 0

    init(room: RoomID, hub: Hub, topics: Topics) {
        self.room = room
        self.hub = hub
        self.topics = topics
    }

    var isEmpty: Bool { basicCount + secondCount + eventsCount == 0 }

    mutating func add(_ kind: Kind) { change(kind, by: 1) }
    mutating func remove(_ kind: Kind) { change(kind, by: -1) }

    private mutating func change(_ kind: Kind, by difference: Int) {
        switch kind {
        case .basic: basicCount += difference
        case .second: secondCount += difference
        case .events: eventsCount += difference
        }
    }

    // MARK: Telling

    /// Tells what is passing: a reader that is behind may miss it.
    func tellPassing(
        _ event: ServerEvent, to kinds: Set<Kind> = [.basic, .second, .events], _ recipients: Recipients = .all
    ) {
        tell(event, to: kinds, recipients, isEphemeral: true)
    }

    /// Tells what must reach everyone, such as who came.
    func tell(_ event: ServerEvent, to kinds: Set<Kind> = [.basic, .second, .events]) {
        tell(event, to: kinds, .all, isEphemeral: false)
    }

    private func tell(_ event: ServerEvent, to kinds: Set<Kind>, _ recipients: Recipients, isEphemeral: Bool) {
        if basicCount > 0, kinds.contains(.basic) {
            publish(FrameEncoder.frame(event), topics.basic, recipients, isEphemeral: isEphemeral)
        }
        if secondCount > 0, kinds.contains(.second) {
            publish(FrameEncoder.frame(event, room: room), topics.second, recipients, isEphemeral: isEphemeral)
        }
        // An events socket is nobody's, so what is for some is not for it.
        if eventsCount > 0, kinds.contains(.events), !recipients.isOnly {
            var frame = ByteBuffer()
            FrameEncoder.append(event: event, to: &frame)
            publish(frame, topics.events, .all, isEphemeral: isEphemeral)
        }
    }

    /// Shows messages, which are next in the room's order.
    ///
    /// - Parameter position: the room's with the last of them.
    func show(
        _ messages: [(message: Message, json: ByteBuffer)], position: Int64, cursor: (_ seq: Int64) -> Cursor
    ) {
        if basicCount > 0 {
            var frames = ByteBuffer()
            for (_, json) in messages { FrameEncoder.append(text: json, to: &frames) }
            hub.publish(Broadcast(topic: topics.basic, frames: frames, position: position))
        }
        if secondCount > 0 {
            var frames = ByteBuffer()
            for (message, json) in messages {
                FrameEncoder.append(text: json, cursor: cursor(message.seq).text(in: room), to: &frames)
            }
            hub.publish(Broadcast(topic: topics.second, frames: frames, position: position))
        }
        if eventsCount > 0 {
            var frames = ByteBuffer()
            for (message, _) in messages { FrameEncoder.append(event: .message(message), to: &frames) }
            hub.publish(Broadcast(topic: topics.events, frames: frames, position: position))
        }
    }

    /// Shows a change of a message, which is next in the room's order of changes. The basic dialect has none.
    ///
    /// - Parameters:
    ///   - position: the room's with it: who came later has it in his history already, and its cursor would lead him back.
    ///   - hidden: sockets that may not see the message.
    func show(
        _ applied: AppliedChange, json: ByteBuffer, position: Int64, cursor: Cursor,
        hiddenFrom hidden: Set<Outlet.ID> = []
    ) {
        let recipients: Broadcast.Recipients = hidden.isEmpty ? .all : .allExcept(hidden)
        let event = ServerEvent.messageUpdated(applied.change, message: json)
        if secondCount > 0 {
            let frame = FrameEncoder.frame(event, room: room, cursor: cursor.text(in: room))
            hub.publish(Broadcast(topic: topics.second, frames: frame, position: position, recipients: recipients))
        }
        if eventsCount > 0 {
            var frames = ByteBuffer()
            FrameEncoder.append(event: event, to: &frames)
            if applied.change.reaction != nil { FrameEncoder.append(event: .reaction(applied.change), to: &frames) }
            hub.publish(Broadcast(topic: topics.events, frames: frames, position: position, recipients: recipients))
        }
    }

    private func publish(_ frames: ByteBuffer, _ topic: Topic, _ recipients: Recipients, isEphemeral: Bool) {
        hub.publish(
            Broadcast(topic: topic, frames: frames, isEphemeral: isEphemeral, recipients: recipients.broadcast))
    }

    /// Ends all sockets behind what was told before.
    func end() {
        for kind in [Kind.basic, .second, .events] { hub.end(topics[kind]) }
    }
}

extension RoomAudience.Kind {
    init(_ dialect: Dialect) {
        switch dialect {
        case .basic: self = .basic
        case .second: self = .second
        }
    }
}

extension RoomAudience.Recipients {
    fileprivate var isOnly: Bool {
        if case .only = self { true } else { false }
    }

    fileprivate var broadcast: Broadcast.Recipients {
        switch self {
        case .all: .all
        case .only(let outlets): .only(outlets)
        case .allExcept(let outlets): .allExcept(outlets)
        }
    }
}
