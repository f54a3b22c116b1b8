import Chat
import ChatLog
import Logging
import ServiceLifecycle

/// Follows what other processes do, about once a second, and tells them what this one did.
///
/// Every process notes where the logs end that it moved, and reads the documents of the rooms that it has in memory, each
/// once: they say whether somebody acted on the room (`revision`), where its log was noted to end (`last`), and which order
/// it has (`epoch`). Only where that differs from what is known here more is read. A process may end before it noted
/// something, so each room's log is also looked at itself, in turn.
struct RoomWatch: Service {
    static let interval: Duration = .seconds(1)
    /// In rounds: how often revoked tokens are looked for.
    static let revocationsEvery = 3
    /// In rounds: how often each room's log is looked at whatever is noted.
    static let lookEvery = 30

    let rooms: RoomService
    let log: MessageLog
    let changes: ChangeLane
    let logger: Logger

    private var admission: Admission { rooms.admission }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            while true {
                if admission.health.status == .ready {
                    await attempt(round, Self.note)
                    await attempt(round, Self.takeRevocations)
                    await attempt(round, Self.follow)
                }
                round += 1
                try await Task.sleep(for: Self.interval)
            }
        }
        await attempt(0, Self.note)
    }

    /// What fails is done in a later round: the database is away, and its monitor says so.
    private func attempt(_ round: Int, _ body: (Self) -> (Int) async throws(ChatError) -> Void) async {
        do throws(ChatError) {
            try await body(self)(round)
        } catch {
            logger.debug("rooms not followed", metadata: ["error": "\(error)"])
        }
    }

    /// Notes the ends of logs that this process moved.
    private func note(_ round: Int) async throws(ChatError) {
        var ends: [RoomID: LogEnd] = [:]
        for (room, tail) in log.takeMovedTails() { ends[room] = LogEnd(room: room, seq: tail.seq, id: tail.id) }
        for (room, rev) in changes.takeMovedRevs() { ends[room, default: LogEnd(room: room)].rev = rev }
        if !ends.isEmpty { try await admission.store.note(Array(ends.values)) }
    }

    private func takeRevocations(_ round: Int) async throws(ChatError) {
        if round % Self.revocationsEvery == 0 { try await rooms.takeRevocations() }
    }

    private func follow(_ round: Int) async throws(ChatError) {
        // What writers found.
        for room in admission.rooms.takeLost() { forget(room) }
        // Those that are loaded by now: what is read after that says of a room that is not there that it is gone.
        let live = admission.rooms.all.filter { $0.delivered != nil }
        guard !live.isEmpty else { return }
        let notes = try await admission.store.notes(of: live.map(\.id))
        // First the acts: who was put out must not hear what was said since.
        for room in live {
            guard let note = notes[room.id] else { continue }
            try await withRoom(room.id) { () async throws(ChatError) in
                try await rooms.follow(room, revision: note.revision)
            }
        }
        for room in live {
            try await withRoom(room.id) { () async throws(ChatError) in
                try await admission.rooms.follow(room, notes[room.id], looks: isInTurn(room.id, round), forget: forget)
            }
        }
    }

    /// Where the room's log ends is read again before it is next written.
    private func forget(_ room: RoomID) {
        log.forget(room)
        changes.forget(room)
    }

    /// One room that cannot be followed keeps the others from nothing, unless the database is away.
    private func withRoom(_ room: RoomID, _ body: () async throws(ChatError) -> Void) async throws(ChatError) {
        do throws(ChatError) {
            try await body()
        } catch  where error.code != .unavailable {
            logger.warning("a room is not followed", metadata: ["room_id": "\(room)", "error": "\(error)"])
        }
    }

    private func isInTurn(_ room: RoomID, _ round: Int) -> Bool {
        Int(room.rawValue.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }) % Self.lookEvery == round % Self.lookEvery
    }
}
