package import NIOCore

/// Carries broadcasts to the connections of all event loops.
///
/// A broadcast is handed to each loop once; there, a turn's frames of one topic become one buffer, every subscriber
/// gets that buffer in one write, and every channel is flushed once.
package final class Hub: Sendable {
    private let loops: [LoopHub]
    private let byLoop: [ObjectIdentifier: LoopHub]

    package init(group: any EventLoopGroup) {
        loops = group.makeIterator().map(LoopHub.init)
        byLoop = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// The part of the hub that serves the connections of this loop; nil when the loop is not of the hub's group.
    package func loopHub(on eventLoop: any EventLoop) -> LoopHub? {
        byLoop[ObjectIdentifier(eventLoop)]
    }

    /// Sends to every subscriber of the topic. Broadcasts of one caller arrive in the order of its calls. Does not block.
    package func publish(_ broadcast: Broadcast) {
        for loop in loops { loop.enqueue(broadcast) }
    }

    /// Ends all that subscribes to the topic, behind what was published before.
    package func end(_ topic: Topic) {
        for loop in loops { loop.end(topic) }
    }
}
