package import Chat

/// All rooms' logs: spreads the rooms over the writer lanes.
package final class MessageLog: Sendable {
    private let lanes: [WriterLane]

    /// - Parameter lanes: at least one.
    package init(lanes: [WriterLane]) {
        precondition(!lanes.isEmpty, "a log without a lane cannot write")
        self.lanes = lanes
    }

    /// Takes a message to be stored. See `WriterLane.submit`.
    package func submit(
        _ draft: MessageDraft, sender: UInt64, resends: Bool = false, hint: Int64,
        starting: WriterLane.Starter = { $0() }, completion: @escaping SendTicket.Completion
    ) {
        lane(of: draft.roomID).submit(
            draft, sender: sender, resends: resends, hint: hint, starting: starting, completion: completion)
    }

    /// Notes that a message was refused before it came here. See `WriterLane.refused`.
    package func refused(_ key: ClientKey, at place: SenderInRoom) {
        lane(of: place.room).refused(key, at: place)
    }

    /// Notes that a message was refused for good before it came here. See `WriterLane.gaveUp`.
    package func gaveUp(_ key: ClientKey, at place: SenderInRoom) {
        lane(of: place.room).gaveUp(key, at: place)
    }

    /// Writes nothing until `resume`: every message is refused with `unavailable` and this sentence.
    package func suspend(_ reason: String) {
        for lane in lanes { lane.suspend(reason) }
    }

    package func resume() {
        for lane in lanes { lane.resume() }
    }

    /// Tells those who waited too long.
    package func expire(now: ContinuousClock.Instant) {
        for lane in lanes { lane.expire(now: now) }
    }

    /// The ends of logs that moved since the last call.
    package func takeMovedTails() -> [RoomID: LogTail] {
        lanes.reduce(into: [:]) { tails, lane in tails.merge(lane.takeMovedTails()) { _, new in new } }
    }

    /// The room's order was found lost: where its log ends is read again before it is written.
    package func forget(_ room: RoomID) {
        lane(of: room).forget(room)
    }

    /// Takes nothing more and returns when all that waited is settled.
    package func stop() async {
        await withTaskGroup { group in
            for lane in lanes { group.addTask { await lane.stop() } }
        }
    }

    private func lane(of room: RoomID) -> WriterLane {
        lanes[Int(room.stableHash % UInt64(lanes.count))]
    }
}
