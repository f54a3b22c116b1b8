package import BSON
internal import TextIndex

/// Brings a room's index forward, one bounded step at a time, on one connection; blocks. Any number of processes may
/// index the same room: a step is a transaction that moves the state's `version`, so of two one has no effect. A claim
/// keeps them from doing the same work.
package struct SearchIndexer {
    package enum Progress: Sendable, Hashable {
        /// There is more to do.
        case more(SearchIndexState)
        /// The room is indexed but for less than a block; nil: it never had a whole one.
        case done(SearchIndexState?)
        /// Another process indexes the room.
        case claimed
    }

    /// Tables larger than this are left out, and their messages always looked at. A document holds 16 MiB.
    static let maximumTableBytes = 8 << 20
    /// How long a claim holds that is not renewed, in milliseconds.
    static let claimMilliseconds: Int64 = 15_000

    let connection: MongoConnection
    let owner: ObjectID

    /// - Parameter owner: of this process.
    package init(_ connection: MongoConnection, owner: ObjectID) {
        self.connection = connection
        self.owner = owner
    }

    var index: SearchIndexRepository { SearchIndexRepository(connection) }

    /// One step: at most 16,384 messages, or 1,000 changes.
    /// - Parameter now: milliseconds since 1970.
    package func step(_ room: String, now: Int64) throws -> Progress {
        guard let record = try connection.rooms.find(room) else { return .done(nil) }
        let stored = try index.state(of: room)
        let hint = max(stored?.seq ?? 0, record.last.seq)
        let tail = try connection.messages.tail(room, hint: hint, firstSeq: record.firstSeq).seq
        guard let stored else {
            let fresh = SearchIndexState(room: record, format: TextFolder.version, version: 1)
            guard tail - fresh.seq >= SearchIndexState.blockLength else { return .done(nil) }
            try insert(fresh)
            return .more(fresh)
        }
        guard stored.seq <= tail, stored.epoch == record.epoch, stored.format == TextFolder.version else {
            return try restart(stored, record, now)
        }
        guard let changes = try index.changes(of: room, after: stored.rev),
            changes.rev > stored.rev || record.last.rev <= stored.rev
        else { return try restart(stored, record, now) }
        guard let work = work(stored, record, changes, tail) else { return .done(stored) }
        guard try claim(room, now: now) else { return .claimed }
        guard let next = try perform(work, stored, now) else { return .claimed }
        return .more(next)
    }

    /// Forgets the room's index, step by step.
    /// - Returns: whether there is more to forget.
    package func remove(_ room: String) throws -> Bool {
        guard let state = try index.state(of: room) else { return false }
        guard state.start + SearchIndexState.segmentLength <= state.seq else {
            try delete(tables(of: SearchIndexState.segment(of: state.start + 1), state))
            try connection.delete(SearchIndexRepository.rooms, ["_id": .string(room)], limit: 1)
            return false
        }
        return try dropFirstSegment(state, now: 0) != nil
    }

    // MARK: What is to be done

    private enum Work {
        case changes(SearchIndexRepository.Changes)
        case dropSegment, packSegment, indexSegment, indexBlock
    }

    private func work(
        _ state: SearchIndexState, _ room: RoomRecord, _ changes: SearchIndexRepository.Changes, _ tail: Int64
    ) -> Work? {
        let segment = SearchIndexState.segmentLength
        if changes.rev > state.rev { return .changes(changes) }
        if state.start + segment < room.firstSeq, state.start + segment <= state.packed { return .dropSegment }
        if state.seq - state.packed >= segment { return .packSegment }
        if state.seq == state.packed, tail - state.seq >= segment { return .indexSegment }
        return tail - state.seq >= SearchIndexState.blockLength ? .indexBlock : nil
    }

    private func perform(_ work: Work, _ state: SearchIndexState, _ now: Int64) throws -> SearchIndexState? {
        switch work {
        case .changes(let changes): try apply(changes, state, now: now)
        case .dropSegment: try dropFirstSegment(state, now: now)
        case .packSegment: try packSegment(state, now: now)
        case .indexSegment: try indexSegment(state, now: now)
        case .indexBlock: try indexBlock(state, now: now)
        }
    }

    private func restart(_ state: SearchIndexState, _ room: RoomRecord, _ now: Int64) throws -> Progress {
        guard try claim(state.room, now: now) else { return .claimed }
        let fresh = SearchIndexState(room: room, format: TextFolder.version, version: state.version)
        guard let next = try commit(fresh, now: now, { _ in }) else { return .claimed }
        return .more(next)
    }
}
