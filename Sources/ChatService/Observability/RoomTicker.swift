import Chat
import ChatLog
import ServiceLifecycle

/// Does what is due with time, in all rooms: ends typing, repeats presence, lets idle rooms go, and tells senders who waited
/// too long. It waits for nothing, least of all for a database that hangs.
struct RoomTicker: Service {
    static let interval: Duration = .milliseconds(250)

    let rooms: RoomRegistry
    let log: MessageLog

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Self.interval)
                let now = ContinuousClock.now
                log.expire(now: now)
                for room in rooms.sweep(now: now) { room.tick(now: now) }
            }
        }
    }
}
