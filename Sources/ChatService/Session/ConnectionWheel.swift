import NIOCore
import WebSocket

/// Looks after all sockets of one event loop with one timer: pings them, closes those whose peer is gone.
///
/// Each second it visits a tenth of them. A socket is pinged at each visit, so a living peer was heard at most a visit
/// ago; one that was silent for two is gone, which is noticed within 30 seconds.
final class ConnectionWheel: Sendable {
    static let interval: TimeAmount = .seconds(1)
    static let visits = 10
    static let silence: TimeAmount = .seconds(20)
    /// A peer that does not answer a close frame is cut off at the next visit after this.
    static let closeTimeout: TimeAmount = .seconds(3)

    /// State of the loop's own: sockets by their ids, in as many slots as visits.
    private struct Slots {
        var slots: [[UInt64: WebSocketConnection]] = Array(repeating: [:], count: ConnectionWheel.visits)
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
    func add(_ socket: WebSocketConnection, id: UInt64) {
        slots.value.slots[slot(of: id)][id] = socket
    }

    /// Only on the event loop.
    func remove(id: UInt64) {
        slots.value.slots[slot(of: id)][id] = nil
    }

    private func slot(of id: UInt64) -> Int { Int(id % UInt64(Self.visits)) }

    /// Visits the sockets of the next slot.
    func turn(now: NIODeadline) {
        let place = slots.value.next
        slots.value.next = (place + 1) % Self.visits
        for socket in slots.value.slots[place].values {
            if let since = socket.closingSince {
                if now - since > Self.closeTimeout { socket.forceClose() }
            } else if now - socket.lastReceived > Self.silence {
                // The peer is not there to answer a close frame, so nothing is waited for.
                socket.close(.noPong)
                socket.forceClose()
            } else {
                socket.sendPing()
            }
        }
    }
}
