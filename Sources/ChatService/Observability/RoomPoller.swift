import Chat
import ChatLog
import Logging
import ServiceLifecycle

/// Notes where logs end, and looks for what other processes wrote.
///
/// Every process notes once a second where the logs end that it moved, and looks at the notes of the rooms that it has in
/// memory; only where a note is ahead it reads. A process may end before it noted something, so each room is also looked
/// at itself, in turn.
struct RoomPoller: Service {
    static let interval: Duration = .seconds(1)
    /// In polls: how often each room is looked at whatever is noted.
    static let lookEvery = 30

    let rooms: RoomRegistry
    let log: MessageLog
    let changes: ChangeLane
    let store: any ChatStore
    let health: ServiceHealth
    let logger: Logger

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var turn = 0
            while true {
                try await Task.sleep(for: Self.interval)
                turn += 1
                guard health.status == .ready else { continue }
                await noteEnds()
                do throws(ChatError) {
                    try await poll(turn)
                } catch {
                    // The database is away; its monitor says so.
                    logger.debug("other processes' messages not read", metadata: ["error": "\(error)"])
                }
            }
        }
        await noteEnds()
    }

    private func poll(_ turn: Int) async throws(ChatError) {
        let live = rooms.all
        guard !live.isEmpty else { return }
        let ends = try await store.notedEnds(of: live.map(\.id))
        let byRoom = Dictionary(ends.map { ($0.room, $0) }, uniquingKeysWith: { first, _ in first })
        for room in live where isInTurn(room.id, turn) || byRoom[room.id].map(room.isBehind) == true {
            try await rooms.catchUp(room)
        }
    }

    private func isInTurn(_ room: RoomID, _ turn: Int) -> Bool {
        Int(room.rawValue.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }) % Self.lookEvery == turn % Self.lookEvery
    }

    private func noteEnds() async {
        var ends: [RoomID: LogEnd] = [:]
        for (room, tail) in log.takeMovedTails() { ends[room] = LogEnd(room: room, seq: tail.seq, id: tail.id) }
        for (room, rev) in changes.takeMovedRevs() { ends[room, default: LogEnd(room: room)].rev = rev }
        guard !ends.isEmpty else { return }
        do throws(ChatError) {
            try await store.note(Array(ends.values))
        } catch {
            logger.debug("ends of logs not noted", metadata: ["error": "\(error)"])
        }
    }
}
