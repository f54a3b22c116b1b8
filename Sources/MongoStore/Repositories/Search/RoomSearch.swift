internal import BSON
internal import TextIndex

/// A search through one room from new to old, in bounded steps: what is not indexed yet is scanned, what is indexed is
/// looked up, and each message that may be a hit is read and checked.
package struct RoomSearch {
    package let room: String
    let criteria: SearchCriteria
    let grams: [Gram]
    let firstSeq: Int64
    let source: ReadSource
    /// Nil: there is none, or none that can be relied on.
    let index: SearchIndexState?
    /// Messages that were changed since, by segment.
    let changed: [Int64: OffsetSet]
    /// All messages from this number on have been looked at.
    package private(set) var before: Int64
    /// What the next scan looks through.
    private var window: Int64
    /// What the index named, from new to old; all that it names down to `candidatesEnd`.
    private var candidates: ArraySlice<Int64> = []
    private var candidatesEnd: Int64
    /// How many segments the next look-up takes.
    private var segments: Int64 = 1
    private var folder = TextFolder()

    /// - Parameters:
    ///   - before: only messages below this number.
    ///   - state: as it was read, or nil to do without the index.
    ///   - window: what the first scan looks through.
    package init(
        _ room: RoomRecord, _ criteria: SearchCriteria, before: Int64, state: SearchIndexState?,
        window: Int64 = SearchIndexState.blockLength, source: ReadSource = .userReadPreference,
        _ connection: MongoConnection
    ) throws(MongoError) {
        self.room = room.id
        self.criteria = criteria
        self.before = before
        self.window = window
        self.source = source
        firstSeq = room.firstSeq
        candidatesEnd = before
        grams = criteria.grams
        var usable = state.flatMap { $0.epoch == room.epoch && $0.format == TextFolder.version ? $0 : nil }
        var changed: [Int64: OffsetSet] = [:]
        if let state = usable, !grams.isEmpty {
            if let found = try Self.changed(since: state, SearchIndexRepository(connection, source: source)) {
                changed = found
            } else {
                usable = nil
            }
        }
        index = usable
        self.changed = changed
    }

    /// Whether the room's beginning was reached.
    package var isDone: Bool { before <= firstSeq }

    /// The newest message that the index holds; nil when there is no index.
    package var indexedThrough: Int64? { index?.seq }

    /// Looks at the next part, at least one message, unless it is done.
    /// - Returns: hits, newest first, at most `limit`: what lies behind the last of them then counts as not looked at.
    /// - Throws: `.timeout` when the server cannot look through even 50 messages within 5 seconds.
    package mutating func advance(limit: Int, _ connection: MongoConnection) throws(MongoError) -> [SearchHit] {
        guard !isDone, limit > 0 else { return [] }
        let next = before - 1
        guard let index, !grams.isEmpty, index.start < next, next <= index.seq else {
            // Down to where the index begins to help.
            let end = index.map { grams.isEmpty || next <= $0.start ? firstSeq : $0.seq + 1 } ?? firstSeq
            return try scan(downTo: max(firstSeq, end), limit, connection)
        }
        if candidatesEnd > next { try lookUp(index, connection) }
        // Where the index names every fourth message, reading all is faster.
        if candidates.count > 256, Int64(candidates.count) > (before - candidatesEnd) / 4 {
            defer { candidates = candidates.drop { $0 >= before } }
            return try scan(downTo: candidatesEnd, limit, connection)
        }
        return try check(limit, connection)
    }

    // MARK: Looking up

    private mutating func lookUp(
        _ index: SearchIndexState, _ connection: MongoConnection
    ) throws(MongoError) {
        let newest = SearchIndexState.segment(of: before - 1)
        let oldest = max(newest - segments + 1, SearchIndexState.segment(of: max(firstSeq, index.start + 1)))
        segments = min(segments * 4, 16)
        var reader = CandidateReader(
            index: index, segments: oldest...newest, repository: SearchIndexRepository(connection, source: source))
        let lowest = max(firstSeq, SearchIndexState.firstSeq(of: oldest))
        var found: [Int64] = []
        let sets = try reader.candidates(having: grams)
        for segment in stride(from: newest, through: oldest, by: -1) {
            var set = sets[segment] ?? OffsetSet()
            if let changed = changed[segment] { set.formUnion(changed) }
            let first = SearchIndexState.firstSeq(of: segment)
            found += set.descending.map { first + Int64($0) }.filter { lowest <= $0 && $0 < before }
        }
        candidates = found[...]
        candidatesEnd = lowest
    }

    private mutating func check(_ limit: Int, _ connection: MongoConnection) throws(MongoError) -> [SearchHit] {
        let part = candidates.prefix(32)
        candidates = candidates.dropFirst(32)
        let records = try connection.messages.messages(room, at: Array(part), source)
        let end = candidates.isEmpty ? candidatesEnd : part.last ?? candidatesEnd
        return take(records.sorted { $0.seq > $1.seq }, limit, lookedDownTo: end)
    }

    /// The hits among these, newest first.
    private mutating func take(_ records: [MessageRecord], _ limit: Int, lookedDownTo end: Int64) -> [SearchHit] {
        var hits: [SearchHit] = []
        for record in records {
            guard let ranges = criteria.ranges(in: record, &folder) else { continue }
            hits.append(SearchHit(record: record, ranges: ranges))
            if hits.count == limit {
                before = record.seq
                // Those that were read and not taken are looked at again.
                if candidatesEnd < before {
                    let again = records.map(\.seq).filter { $0 < before && $0 > (candidates.first ?? 0) }
                    candidates = (again + candidates)[...]
                }
                return hits
            }
        }
        before = end
        return hits
    }

    // MARK: Scanning

    private mutating func scan(
        downTo end: Int64, _ limit: Int, _ connection: MongoConnection
    ) throws(MongoError) -> [SearchHit] {
        while true {
            let lowest = max(end, before - window)
            let begun = ContinuousClock.now
            do {
                let records = try connection.messages.scan(room, lowest...before - 1, criteria, source)
                window = SearchWindow.next(after: window, took: .now - begun)
                return take(records, limit, lookedDownTo: lowest)
            } catch  where error.code == .timeout && window > SearchWindow.smallest {
                window = max(window / 4, SearchWindow.smallest)
            }
        }
    }

    // MARK: Changes

    /// Messages that the index may hold with an earlier content, by segment; nil when that cannot be told.
    private static func changed(
        since state: SearchIndexState, _ repository: SearchIndexRepository
    ) throws(MongoError) -> [Int64: OffsetSet]? {
        var (rev, ids) = (state.rev, [ObjectID]())
        // More than this are not waiting unless nobody indexes.
        for _ in 0..<3 {
            guard let changes = try repository.changes(of: state.room, after: rev) else { return nil }
            ids += changes.messages
            rev = changes.rev
            guard changes.isFull else {
                var changed: [Int64: OffsetSet] = [:]
                for record in try repository.messages(ids) where record.roomID == state.room && record.seq > 0 {
                    changed[SearchIndexState.segment(of: record.seq), default: OffsetSet()]
                        .insert(SearchIndexState.offset(of: record.seq))
                }
                return changed
            }
        }
        return nil
    }
}
