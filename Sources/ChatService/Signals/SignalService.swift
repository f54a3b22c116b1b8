import BSON
import Chat
import Logging
import ServiceLifecycle
import Synchronization

/// Carries signals between processes, twice a second: one look into a small collection, however many sockets and rooms there
/// are, and one write for all that waits, if anything does.
struct SignalService: Service {
    static let interval: Duration = .milliseconds(500)
    /// Of one page.
    static let limit = 2_000
    /// Of one look: what is behind these comes with the next one.
    static let maximumPages = 20

    let relay: SignalRelay
    let store: any SignalStore
    let receiver: SignalReceiver
    let health: ServiceHealth
    let ids: ObjectIDGenerator
    let logger: Logger
    private let origin = String(UInt64.random(in: 0 ... .max), radix: 36)

    init(
        relay: SignalRelay, store: any SignalStore, receiver: SignalReceiver, health: ServiceHealth,
        ids: ObjectIDGenerator, logger: Logger
    ) {
        self.relay = relay
        self.store = store
        self.receiver = receiver
        self.health = health
        self.ids = ids
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                if health.status == .ready { await attempt(once) }
                try await Task.sleep(for: Self.interval)
            }
        }
        // What its sockets said last.
        await attempt(send)
    }

    private func attempt(_ body: () async throws(ChatError) -> Void) async {
        do throws(ChatError) {
            try await body()
        } catch {
            // The database is away; its monitor says so.
            logger.debug("signals not carried", metadata: ["error": "\(error)"])
        }
    }

    private func once() async throws(ChatError) {
        try await send()
        let position = relay.state.withLock { $0.position(now: Timestamp.now.milliseconds) }
        var start = position
        for _ in 0..<Self.maximumPages {
            let sent = try await store.signals(after: start, limit: Self.limit)
            for signal in relay.state.withLock({ $0.hear(sent, as: origin) }) { await receiver.receive(signal) }
            guard sent.count == Self.limit, let last = sent.last else { break }
            start = last.id
        }
    }

    private func send() async throws(ChatError) {
        let signals = relay.state.withLock { $0.take() }
        guard !signals.isEmpty else { return }
        try await store.send(signals.map { SentSignal(id: ids.next(), origin: origin, signal: $0) })
    }
}
