internal import BSON
internal import TextIndex

// What a step does. Each returns the state as it is stored, or nil when another process was faster.
extension SearchIndexer {
    static let buckets = 0..<PostingTable.bucketCount

    static func blocks(of segment: Int64) -> Range<Int64> {
        let perSegment = SearchIndexState.segmentLength / SearchIndexState.blockLength
        return segment * perSegment..<(segment + 1) * perSegment
    }

    /// The next 512 messages, as one table.
    func indexBlock(_ state: SearchIndexState, now: Int64) throws -> SearchIndexState? {
        let block = state.seq / SearchIndexState.blockLength
        let postings = try read(state.room, state.seq + 1...state.seq + SearchIndexState.blockLength) {
            Int(($0 - 1) % SearchIndexState.blockLength)
        }
        var next = state
        next.seq += SearchIndexState.blockLength
        let table = (id: SearchIndexRepository.blockID(state.room, block), bytes: PostingTable.encode(postings))
        return try commit(next, now: now) { _ in try put([table], state.room) }
    }

    /// 16,384 messages at once, where there are so many: the same as their blocks and packing them.
    func indexSegment(_ state: SearchIndexState, now: Int64) throws -> SearchIndexState? {
        let postings = try read(
            state.room, state.seq + 1...state.seq + SearchIndexState.segmentLength, SearchIndexState.offset)
        var next = state
        next.seq += SearchIndexState.segmentLength
        return try store(postings, next, now: now)
    }

    /// The blocks of a whole segment become its tables by gram. They are deleted only with the next one: a search may
    /// have read the state before.
    func packSegment(_ state: SearchIndexState, now: Int64) throws -> SearchIndexState? {
        let segment = state.packed / SearchIndexState.segmentLength
        var postings = Postings()
        let ids = Self.blocks(of: segment).map { SearchIndexRepository.blockID(state.room, $0) }
        let tables = try index.tables(ids)
        for (number, id) in ids.enumerated() {
            let base = number * Int(SearchIndexState.blockLength)
            if tables[id]?.postings(base: base, into: &postings) != true {
                for offset in 0..<Int(SearchIndexState.blockLength) { postings.appendUnindexed(base + offset) }
            }
        }
        return try store(postings, state, now: now)
    }

    private func store(_ postings: Postings, _ state: SearchIndexState, now: Int64) throws -> SearchIndexState? {
        let segment = state.packed / SearchIndexState.segmentLength
        let encoded = PostingTable.encodeBuckets(postings)
        let tables = Self.buckets.map { bucket in
            (id: SearchIndexRepository.bucketID(state.room, segment, bucket), bytes: encoded[bucket])
        }
        let old = segment > 0 ? Self.blocks(of: segment - 1).map { SearchIndexRepository.blockID(state.room, $0) } : []
        var next = state
        next.packed += SearchIndexState.segmentLength
        return try commit(next, now: now) { _ in
            try put(tables, state.room)
            try delete(old)
        }
    }

    /// Takes what changed messages have now into the patches of their segments, beside what they had.
    func apply(
        _ changes: SearchIndexRepository.Changes, _ state: SearchIndexState, now: Int64
    ) throws -> SearchIndexState? {
        // Later ones will be read as they are then.
        let records = try index.messages(changes.messages)
            .filter { $0.roomID == state.room && state.start < $0.seq && $0.seq <= state.seq }
        var next = state
        next.rev = changes.rev
        var tables: [(id: String, bytes: [UInt8])] = []
        for (segment, changed) in Dictionary(grouping: records, by: { SearchIndexState.segment(of: $0.seq) }) {
            let id = SearchIndexRepository.patchID(state.room, segment)
            tables.append((id, try patch(state, segment, id, changed)))
            if !next.patched.contains(segment) { next.patched.append(segment) }
        }
        return try commit(next, now: now) { _ in try put(tables, state.room) }
    }

    /// Empty when nothing is known any more: then every message of the segment is looked at.
    private func patch(
        _ state: SearchIndexState, _ segment: Int64, _ id: String, _ changed: [MessageRecord]
    ) throws(MongoError) -> [UInt8] {
        var folder = TextFolder()
        let offsets = Set(changed.map { SearchIndexState.offset(of: $0.seq) })
        var postings = Postings()
        if state.patched.contains(segment) {
            guard let old = try index.tables([id])[id],
                old.postings(where: { !offsets.contains($0) }, into: &postings)
            else { return [] }
        }
        postings.append(changed.map { (SearchIndexState.offset(of: $0.seq), $0.grams(&folder)) })
        return PostingTable.encode(postings)
    }

    /// Of messages that retention removed.
    func dropFirstSegment(_ state: SearchIndexState, now: Int64) throws -> SearchIndexState? {
        let segment = state.start / SearchIndexState.segmentLength
        var next = state
        next.start += SearchIndexState.segmentLength
        next.packed = max(next.packed, next.start)
        next.patched.removeAll { $0 == segment }
        return try commit(next, now: now) { _ in try delete(tables(of: segment, state)) }
    }

    private func read(
        _ room: String, _ seqs: ClosedRange<Int64>, _ offset: (Int64) -> Int
    ) throws(MongoError) -> Postings {
        var folder = TextFolder()
        var postings = Postings()
        for start in stride(from: seqs.lowerBound, through: seqs.upperBound, by: Int(SearchIndexState.blockLength)) {
            let part = start...min(start + SearchIndexState.blockLength - 1, seqs.upperBound)
            let records = try connection.messages.range(room, part)
            postings.append(records.map { (offset($0.seq), $0.grams(&folder)) })
        }
        return postings
    }
}
