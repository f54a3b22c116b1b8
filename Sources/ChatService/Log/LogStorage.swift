package import Chat

/// What the log needs of storage. Called on a lane's own thread only, and blocks it.
package protocol LogStorage {
    /// Which run of which primary the connection leads to, as far as is known without a round trip.
    func currentRun() throws(LogStorageError) -> StorageRun

    /// Makes sure that the database has this service's schema: without its unique indexes nothing would keep a log in
    /// order.
    func checkSchema() throws(LogStorageError)

    /// The room's last message at read concern `majority`; nil when there is no such room.
    /// - Parameter hint: a `seq` to start looking from; it may be behind or beyond the end.
    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail?

    /// Whether the primary itself has this message, whatever the majority is known to have: right after an election a
    /// read at `majority` may not show yet what was acknowledged before (Ongaro, *Consensus: Bridging Theory and
    /// Practice*, 2014, section 6.4). What retention has removed counts as there.
    /// - Parameter message: its number, and its id where that is known.
    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool

    /// Gives the room an epoch that it never had, acknowledged by the majority.
    func raiseEpoch(of room: RoomID) throws(LogStorageError)

    /// Messages by `seq`, in order; what is not there is left out.
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message]

    /// The stored messages with these keys, in any order.
    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message]

    /// Writes in order and stops at the first refusal.
    func append(_ messages: [Message]) -> AppendOutcome

    /// Waits before another attempt, longer each time, some seconds at most.
    func pause(beforeAttempt attempt: Int)
}

extension LogStorage {
    /// Does what a lane asks for. What it asks of one run it gets from that run or not at all: whatever another one
    /// says must not take the place of what is known.
    func answer(_ request: LaneRequest) -> LaneAnswer {
        do throws(LogStorageError) {
            switch request {
            case .inspect:
                let run = try currentRun()
                try checkSchema()
                return .inspected(run)
            case .readTail(let room, let hint, let run):
                let tail = try tail(of: room, hint: hint)
                try require(run)
                return .tail(tail)
            case .verify(let room, let message, let run):
                let isThere = try holds(message, in: room)
                try require(run)
                return .held(isThere)
            case .lookUp(let room, let keys, let run):
                let found = try messages(in: room, keys: keys)
                try require(run)
                return .messages(found)
            case .readPage(let room, let seqs):
                return .messages(try messages(in: room, seqs: seqs))
            case .raiseEpoch(let room, let run):
                try require(run)
                try raiseEpoch(of: room)
                return .epochRaised
            case .append(let messages, let run):
                return .appended(write(messages, in: run))
            case .pause(let attempt):
                pause(beforeAttempt: attempt)
                return .paused
            }
        } catch {
            return .failed(error)
        }
    }

    private func write(_ messages: [Message], in run: StorageRun) -> AppendOutcome {
        do throws(LogStorageError) {
            try require(run)
        } catch {
            return .notSent(error)
        }
        return append(messages)
    }

    /// Costs no round trip, so a read asks afterwards, when it is known who answered.
    private func require(_ run: StorageRun) throws(LogStorageError) {
        guard try currentRun() == run else { throw .otherRun }
    }
}
