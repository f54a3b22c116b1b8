internal import BSON
internal import TextIndex

/// Reads from the index which messages of some segments may be hits: a superset, never less. Of what is missing or
/// damaged nothing is known, so it excludes no message.
struct CandidateReader {
    let index: SearchIndexState
    let segments: ClosedRange<Int64>
    let repository: SearchIndexRepository
    /// Of segments that are not packed: by block, nil for one that is missing.
    private var blocks: [Int64: [PostingTable?]] = [:]
    /// Of segments with changed messages, nil for one that is missing.
    private var patches: [Int64: PostingTable?] = [:]

    init(index: SearchIndexState, segments: ClosedRange<Int64>, repository: SearchIndexRepository) {
        self.index = index
        self.segments = segments
        self.repository = repository
    }

    /// The messages that have every one of these grams, by segment; segments without any are left out.
    mutating func candidates(having grams: [Gram]) throws(MongoError) -> [Int64: OffsetSet] {
        try readUnpacked()
        var sets = Dictionary(uniqueKeysWithValues: segments.map { ($0, OffsetSet(range(of: $0))) })
        // A segment that has no message left needs no further look.
        for gram in grams where !sets.isEmpty {
            let tables = try buckets(of: gram, in: sets.keys.filter(index.isPacked))
            for (segment, set) in sets {
                guard let having = messages(having: gram, in: segment, tables) else { continue }
                var both = set
                both.formIntersection(having)
                sets[segment] = both.isEmpty ? nil : both
            }
        }
        return sets
    }

    /// The places of a segment that are indexed.
    private func range(of segment: Int64) -> Range<Int> {
        let first = SearchIndexState.firstSeq(of: segment)
        return 0..<Int(min(SearchIndexState.segmentLength, max(0, index.seq - first + 1)))
    }

    private func buckets(of gram: Gram, in segments: [Int64]) throws(MongoError) -> [Int64: PostingTable] {
        let bucket = PostingTable.bucket(of: gram)
        let ids = segments.map { (segment: $0, id: SearchIndexRepository.bucketID(index.room, $0, bucket)) }
        let tables = try repository.tables(ids.map(\.id))
        return Dictionary(uniqueKeysWithValues: ids.compactMap { pair in tables[pair.id].map { (pair.segment, $0) } })
    }

    /// Nil when nothing is known.
    private func messages(
        having gram: Gram, in segment: Int64, _ buckets: [Int64: PostingTable]
    ) -> OffsetSet? {
        var set = OffsetSet()
        if let patch = patches[segment], patch?.insert(gram, into: &set) != true { return nil }
        if index.isPacked(segment) {
            guard let table = buckets[segment], table.insert(gram, into: &set) else { return nil }
            return set
        }
        let length = Int(SearchIndexState.blockLength)
        for (number, block) in (blocks[segment] ?? []).enumerated() {
            let base = number * length
            if block?.insert(gram, base: base, into: &set) != true {
                set.formUnion(OffsetSet(base..<base + length))
            }
        }
        return set
    }

    private mutating func readUnpacked() throws(MongoError) {
        var ids: [String] = []
        for segment in segments {
            if index.patched.contains(segment) { ids.append(SearchIndexRepository.patchID(index.room, segment)) }
            guard !index.isPacked(segment) else { continue }
            ids += index.blocks(of: segment).map { SearchIndexRepository.blockID(index.room, $0) }
        }
        guard !ids.isEmpty else { return }
        let tables = try repository.tables(ids)
        for segment in segments {
            if index.patched.contains(segment) {
                patches[segment] = .some(tables[SearchIndexRepository.patchID(index.room, segment)])
            }
            guard !index.isPacked(segment) else { continue }
            blocks[segment] = index.blocks(of: segment).map { tables[SearchIndexRepository.blockID(index.room, $0)] }
        }
    }
}
