import Chat
import ChatLog
import Logging
import ServiceLifecycle

/// Does what is due with time, in all rooms: ends typing, repeats presence, lets idle rooms go, tells senders who waited
/// too long, notes where logs end, and looks for messages that other processes wrote.
struct RoomTicker: Service {
    static let interval: Duration = .milliseconds(250)
    /// In ticks: how often other processes' messages are looked for, and where logs end is noted.
    static let pollEvery = 4
    static let noteEvery = 20

    let rooms: RoomRegistry
    let log: MessageLog
    let store: any ChatStore
    let health: ServiceHealth
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var tick = 0
            while true {
                try await Task.sleep(for: Self.interval)
                tick += 1
                let now = ContinuousClock.now
                log.expire(now: now)
                let live = rooms.sweep(now: now)
                for room in live { room.tick(now: now) }
                guard health.status == .ready else { continue }
                if tick % Self.pollEvery == 0 { await poll(live) }
                if tick % Self.noteEvery == 0 { await noteTails() }
            }
        }
        await noteTails()
    }

    /// A range that is bounded on both sides and mostly empty: one quick look-up for each room.
    private func poll(_ live: [LiveRoom]) async {
        for room in live {
            guard let delivered = room.delivered else { continue }
            do throws(ChatError) {
                let messages = try await store.messages(in: room.id, seqs: (delivered + 1)...(delivered + 200))
                if !messages.isEmpty { room.deliver(messages) }
                guard let rev = room.deliveredRev else { continue }
                let changes = try await store.changes(in: room.id, revs: (rev + 1)...(rev + 200))
                if !changes.isEmpty { room.deliver(changes) }
            } catch {
                // The database is away; its monitor says so.
                return
            }
        }
    }

    private func noteTails() async {
        let tails = log.takeMovedTails().compactMap { room, tail in tail.id.map { (room: room, seq: tail.seq, id: $0) }
        }
        guard !tails.isEmpty else { return }
        do throws(ChatError) {
            try await store.noteTails(tails)
        } catch {
            logger.debug("ends of logs not noted", metadata: ["error": "\(error)"])
        }
    }
}
