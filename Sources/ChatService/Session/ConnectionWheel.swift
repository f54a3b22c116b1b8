import Hub
import NIOCore

/// Looks after all sockets of one event loop with one timer: pings them, closes those whose peer is gone.
///
/// Each second it visits a tenth of them, and those that are closing. A socket is pinged at each visit, so a living peer
/// was heard at most a visit ago; one that was silent for two is gone, which is noticed within 30 seconds.
final class ConnectionWheel: Sendable {
    static let interval: TimeAmount = .seconds(1)
    static let visits = 10
    static let silence: TimeAmount = .seconds(20)
    /// A peer that does not answer a close frame is cut off after this.
    static let closeTimeout: TimeAmount = .seconds(3)

    /// State of the loop's own: sockets by their ids, in as many slots as visits.
    private struct Slots {
        var slots: [[UInt64: SocketLink]] = Array(repeating: [:], count: ConnectionWheel.visits)
        var closing: [UInt64: SocketLink] = [:]
        var next = 0
        var timer: RepeatedTask?
    }

    private let slots: NIOLoopBoundBox<Slots>
    let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        slots = .makeBoxSendingValue(Slots(), eventLoop: eventLoop)
    }

    func start() {
        eventLoop.execute { [self] in
            slots.value.timer = eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
                self.turn(now: .now())
            }
        }
    }

    func stop() {
        eventLoop.execute { [self] in slots.value.timer?.cancel() }
    }

    /// Only on the event loop.
    func add(_ link: SocketLink) {
        slots.value.slots[slot(of: link)][link.outlet.id] = link
    }

    /// The socket said goodbye: from now on it is looked at each second. Only on the event loop.
    func expectClose(_ link: SocketLink) {
        slots.value.closing[link.outlet.id] = link
    }

    /// Only on the event loop.
    func remove(_ link: SocketLink) {
        slots.value.slots[slot(of: link)][link.outlet.id] = nil
        slots.value.closing[link.outlet.id] = nil
    }

    private func slot(of link: SocketLink) -> Int { Int(link.outlet.id % UInt64(Self.visits)) }

    /// Visits the sockets of the next slot, and those that are closing.
    func turn(now: NIODeadline) {
        let place = slots.value.next
        slots.value.next = (place + 1) % Self.visits
        for link in slots.value.closing.values { link.visit(now: now) }
        for link in slots.value.slots[place].values { link.visit(now: now) }
    }
}
