package import NIOCore
import Synchronization

/// The subscriptions of one event loop's connections.
package final class LoopHub: Sendable {
    private enum Order: Sendable {
        case deliver(Broadcast)
        case end(Topic)
    }

    package let eventLoop: any EventLoop
    private let inbox = Mutex<[Order]>([])
    private let subscriptions: NIOLoopBoundBox<Subscriptions>

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        subscriptions = .makeBoxSendingValue(Subscriptions(), eventLoop: eventLoop)
    }

    /// Called from any thread.
    func enqueue(_ broadcast: Broadcast) {
        enqueue(.deliver(broadcast))
    }

    /// Called from any thread: ends what subscribes to the topic by then.
    func end(_ topic: Topic) {
        enqueue(.end(topic))
    }

    /// The first order of a turn schedules the turn; the others ride along.
    private func enqueue(_ order: Order) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(order)
            return inbox.count == 1
        }
        if isFirst { eventLoop.execute { self.turn() } }
    }

    /// Subscribes a connection of this loop; only on the loop.
    ///
    /// - Parameter position: what the connection has of the topic's order already: frames up to it are not sent.
    package func subscribe(_ outlet: Outlet, to topic: Topic, after position: Int64 = 0) {
        subscriptions.value.add(outlet, to: topic, after: position)
    }

    /// Ends a subscription; only on the loop.
    package func unsubscribe(_ outlet: Outlet, from topic: Topic) {
        subscriptions.value.remove(outlet, from: topic)
    }

    private func turn() {
        let orders = inbox.withLock { inbox in
            defer { inbox = [] }
            return inbox
        }
        var broadcasts: [Broadcast] = []
        for order in orders {
            switch order {
            case .deliver(let broadcast):
                broadcasts.append(broadcast)
            case .end(let topic):
                deliver(&broadcasts)
                for outlet in subscriptions.value.outlets(of: topic) { outlet.end(.topicEnded) }
            }
        }
        deliver(&broadcasts)
    }

    private func deliver(_ broadcasts: inout [Broadcast]) {
        guard !broadcasts.isEmpty else { return }
        // A copy, so that a connection that ends inside may unsubscribe.
        let subscriptions = subscriptions.value
        subscriptions.deliver(broadcasts)
        broadcasts = []
    }
}
