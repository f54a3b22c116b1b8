import Chat
import Logging

// What other processes wrote, and what became of what was shown.
extension RoomRegistry {
    private static let catchUpPage: Int64 = 200
    /// So often in a row a room must not be in the database before it is given up. Meanwhile the monitor finds out whether
    /// the database has a schema at all: without one nobody is to come back, and make rooms in it.
    static let patienceForMissingRoom = 5

    /// Takes what is noted of a room: reads on where more is stored than was shown, and ends the room where what was shown is
    /// gone (a restored backup, a rolled-back primary, an emptied database), so that nobody goes on from an order that is not.
    ///
    /// - Parameters:
    ///   - note: read after the room was loaded; nil: the room has no document.
    ///   - looks: whether the log itself is looked at, whatever is noted: a process may have ended before it noted something.
    ///   - forget: told of a room whose order is lost, before its sockets may come back.
    /// - Throws: `unavailable` when the database does not answer.
    func follow(
        _ live: LiveRoom, _ note: RoomNote?, looks: Bool, forget: (RoomID) -> Void = { _ in }
    ) async throws(ChatError) {
        let misses = live.countMisses(isThere: note != nil)
        guard misses == 0 || misses >= Self.patienceForMissingRoom else { return }
        switch live.position(to: note) {
        case .current where !looks: break
        case .current, .behind: if try await !catchUp(live) { try await settle(live, forget) }
        case .doubtful, .overtaken, .lost: try await settle(live, forget)
        }
    }

    /// Reads on from what was shown. A range that is bounded on both sides and mostly empty is one quick look-up.
    ///
    /// - Parameter checks: whether the last message that was shown must be there as it was; else nothing is shown.
    /// - Returns: whether it is.
    /// - Throws: `unavailable` when the database does not answer.
    @discardableResult
    func catchUp(_ live: LiveRoom, checks: Bool = true) async throws(ChatError) -> Bool {
        while let shown = live.lastShown {
            let last = shown.seq + Self.catchUpPage
            let messages = try await store.messages(in: live.id, seqs: max(shown.seq, 1)...last)
            if checks, let id = shown.id, messages.first?.id != id { return false }
            live.deliver(messages)
            guard messages.last?.seq == last, live.delivered != shown.seq else { break }
        }
        while let rev = live.deliveredRev {
            let last = rev + Self.catchUpPage
            let changes = try await store.changes(in: live.id, revs: (rev + 1)...last)
            if !changes.isEmpty { live.deliver(changes) }
            guard changes.last?.change.rev == last, live.deliveredRev != rev else { break }
        }
        return true
    }

    /// Something may be wrong with what was shown: finds out, and acts upon it.
    private func settle(_ live: LiveRoom, _ forget: (RoomID) -> Void) async throws(ChatError) {
        // Anew: what was noted may have changed since, such as the first message that retention left.
        let note = try await store.notes(of: [live.id])[live.id]
        switch live.position(to: note) {
        case .lost:
            try await lose(live, forget)
        case .overtaken:
            logger.warning("retention took messages before they were shown", metadata: ["room_id": "\(live.id)"])
            end(live)
        case .current, .behind, .doubtful:
            guard let note else { return }
            guard try await isThere(live, note) else { return try await lose(live, forget) }
            live.trust(note)
            // Retention may have taken the last one that was shown.
            try await catchUp(live, checks: false)
        }
    }

    /// Whether the last message and the last change that were shown are stored.
    private func isThere(_ live: LiveRoom, _ note: RoomNote) async throws(ChatError) -> Bool {
        if let (seq, id) = live.lastShown, let id, seq >= note.firstSeq {
            guard try await store.messages(in: live.id, seqs: seq...seq).first?.id == id else { return false }
        }
        guard let rev = live.deliveredRev, rev > 0 else { return true }
        return try await store.changes(in: live.id, revs: rev...rev).first != nil
    }

    private func lose(_ live: LiveRoom, _ forget: (RoomID) -> Void) async throws(ChatError) {
        logger.critical(
            "what was shown of a room is gone: was a backup restored, or the database emptied?",
            metadata: ["room_id": "\(live.id)", "shown": "\(live.delivered ?? 0)"])
        // Else whoever comes back after the new order has grown past his cursor would go on in it as if it were the old one.
        try await store.renewEpoch(of: live.id, after: live.epoch)
        forget(live.id)
        end(live)
    }
}
