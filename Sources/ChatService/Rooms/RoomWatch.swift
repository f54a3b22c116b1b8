import Chat
import Logging
import ServiceLifecycle

/// Follows what other processes do with rooms, people and tokens, about once a second: their acts hold here, too.
struct RoomWatch: Service {
    static let interval: Duration = .seconds(1)
    /// In rounds: how often revoked tokens are looked for.
    static let revocationsEvery = 3

    let rooms: RoomService
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                if rooms.admission.health.status == .ready { await look(round) }
                round += 1
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    private func look(_ round: Int) async {
        do throws(ChatError) {
            if round % Self.revocationsEvery == 0 { try await rooms.takeRevocations() }
            try await rooms.followOthers()
        } catch {
            // The database is away; its monitor says so.
            logger.debug("rooms not followed", metadata: ["error": "\(error)"])
        }
    }
}
