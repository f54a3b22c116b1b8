import Hub
import NIOCore
import NIOEmbedded

/// A hub on one event loop that the test drives.
struct HubFixture {
    /// A subscriber whose writes are noted.
    final class Subscriber {
        /// What its owner was told by the hub.
        private final class Owner {
            var ends: [Outlet.End] = []
            var onEnd: () -> Void = {}
        }

        let channel: EmbeddedChannel
        let recorder = WriteRecorder()
        let outlet: Outlet
        private let owner: Owner

        init(loop: EmbeddedEventLoop, budget: Int) {
            let owner = Owner()
            self.owner = owner
            channel = EmbeddedChannel(handler: recorder, loop: loop)
            outlet = Outlet(channel: channel, budgetBytes: budget) { end in
                owner.ends.append(end)
                owner.onEnd()
            }
        }

        var ends: [Outlet.End] { owner.ends }

        /// Called when the hub gives it up.
        func onEnd(_ body: @escaping (Outlet) -> Void) {
            owner.onEnd = { [outlet] in body(outlet) }
        }

        /// The peer stops reading: what is written waits.
        func stopReading() {
            recorder.isBlocked = true
            channel.isWritable = false
        }
    }

    let loop = EmbeddedEventLoop()
    let hub: Hub
    let loopHub: LoopHub
    let topic = Topic()

    init() throws {
        hub = Hub(group: loop)
        guard let loopHub = hub.loopHub(on: loop) else { throw ChannelError.operationUnsupported }
        self.loopHub = loopHub
    }

    func subscriber(after position: Int64 = 0, to topic: Topic? = nil, budget: Int = 1_000) -> Subscriber {
        let subscriber = Subscriber(loop: loop, budget: budget)
        loopHub.subscribe(subscriber.outlet, to: topic ?? self.topic, after: position)
        return subscriber
    }

    func publish(
        _ text: String, to topic: Topic? = nil, position: Int64? = nil, isEphemeral: Bool = false,
        recipients: Broadcast.Recipients = .all
    ) {
        hub.publish(
            Broadcast(
                topic: topic ?? self.topic, frames: ByteBuffer(string: text), position: position,
                isEphemeral: isEphemeral, recipients: recipients))
    }

    /// Runs one turn of the loop.
    func turn() { loop.run() }
}
