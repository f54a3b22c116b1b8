package import Chat

/// What the log needs of storage. Called on a lane's own thread only, and blocks it.
package protocol LogStorage {
    /// Which run of which primary this is, after making sure that it has this service's schema: without its unique
    /// indexes nothing would keep a log in order. Asked before the first write and whenever something went wrong.
    func inspect() throws(LogStorageError) -> StorageRun

    /// The room's last message at read concern `majority`; nil when there is no such room.
    /// - Parameter hint: a `seq` to start looking from; it may be behind or beyond the end.
    func tail(of room: RoomID, hint: Int64) throws(LogStorageError) -> LogTail?

    /// Whether the primary itself has this message, whatever the majority is known to have: right after an election a
    /// read at `majority` may not show yet what was acknowledged before (Ongaro, *Consensus: Bridging Theory and Practice*,
    /// 2014, section 6.4). What retention has removed counts as there.
    /// - Parameter message: its number, and its id where that is known.
    func holds(_ message: LogTail, in room: RoomID) throws(LogStorageError) -> Bool

    /// Gives the room an epoch that it never had, acknowledged by the majority.
    /// - Throws: also when this is no longer the given run.
    func raiseEpoch(of room: RoomID, in run: StorageRun) throws(LogStorageError)

    /// Messages by `seq`, in order; what is not there is left out.
    func messages(in room: RoomID, seqs: ClosedRange<Int64>) throws(LogStorageError) -> [Message]

    /// The stored messages with these keys, in any order.
    func messages(in room: RoomID, keys: [ClientKey]) throws(LogStorageError) -> [Message]

    /// Writes in order and stops at the first refusal. Sends nothing when this is no longer the given run; finding that
    /// out costs no round trip.
    func append(_ messages: [Message], in run: StorageRun) -> AppendOutcome

    /// Waits before another attempt, longer each time, some seconds at most.
    func pause(beforeAttempt attempt: Int)
}

extension LogStorage {
    /// Does what a lane asks for.
    func answer(_ request: LaneRequest) -> LaneAnswer {
        do throws(LogStorageError) {
            switch request {
            case .inspect: return .inspected(try inspect())
            case .readTail(let room, let hint): return .tail(try tail(of: room, hint: hint))
            case .verify(let room, let message): return .held(try holds(message, in: room))
            case .lookUp(let room, let keys): return .messages(try messages(in: room, keys: keys))
            case .readPage(let room, let seqs): return .messages(try messages(in: room, seqs: seqs))
            case .append(let messages, let run): return .appended(append(messages, in: run))
            case .raiseEpoch(let room, let run):
                try raiseEpoch(of: room, in: run)
                return .epochRaised
            case .pause(let attempt):
                pause(beforeAttempt: attempt)
                return .paused
            }
        } catch {
            return .failed(error)
        }
    }
}
