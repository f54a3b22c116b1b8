import BSON
import Chat
import ChatLog
import Synchronization

/// The rooms that somebody on a simulated process looks at. Notes what is shown and that it was stored before.
final class SimulatedFeed: RoomFeed {
    struct View {
        var gate = DeliveryGate()
        /// The newest message that was there when the room was opened.
        var openedAt: Int64?
        var shown: [Message] = []
    }

    private let world: SimulatedWorld
    private let life: ProcessLife
    private let views = Mutex<[RoomID: View]>([:])

    init(world: SimulatedWorld, life: ProcessLife) {
        self.world = world
        self.life = life
    }

    func view(of room: RoomID) -> View? { views.withLock { $0[room] } }

    /// Somebody opens the room: its newest messages are being read.
    func look(at room: RoomID) {
        views.withLock { $0[room] = View() }
    }

    /// The newest messages were read.
    func open(_ room: RoomID, at seq: Int64) {
        views.withLock { views in
            guard var view = views[room] else { return }
            view.openedAt = seq
            show(view.gate.open(at: seq), in: &view)
            views[room] = view
        }
    }

    func missing(before messages: [Message], in room: RoomID) -> ClosedRange<Int64>? {
        views.withLock { $0[room]?.gate.missing(before: messages) }
    }

    func delivered(in room: RoomID) -> Int64? {
        views.withLock { $0[room]?.gate.delivered }
    }

    func deliver(_ messages: [Message], in room: RoomID) {
        guard life.isAlive else { return }
        views.withLock { views in
            guard var view = views[room] else { return }
            show(view.gate.pass(messages[...]), in: &view)
            views[room] = view
        }
    }

    func rolledBack(_ room: RoomID, from: Int64, to: Int64) {
        if life.isAlive { world.report("\(room) is said to have gone back from \(from) to \(to)") }
    }

    private func show(_ messages: ArraySlice<Message>, in view: inout View) {
        for message in messages {
            let isStored = world.with { $0.messages.all(in: message.roomID).contains(message) }
            if !isStored { world.report("shown before it was stored: \(message.roomID) \(message.seq)") }
            view.shown.append(message)
        }
    }
}
