internal import BSON

extension MessageRepository {
    /// The newest messages that hold a text, looked for in windows of the room from new to old until there are `limit`
    /// hits, the room's beginning is reached, or the time is over. At least one window is looked through, so that a
    /// caller who goes on where it stopped always gets to the end.
    /// - Throws: `.timeout` when the server cannot look through even 50 messages within 5 seconds.
    package func search(_ room: String, _ search: MessageSearch) throws(MongoError) -> SearchResult {
        let start = ContinuousClock.now
        var hits: [MessageRecord] = []
        var window = max(search.window, SearchWindow.smallest)
        var before = search.beforeSeq
        var looked = false
        while hits.count < search.limit, before > search.firstSeq {
            let left = search.timeBudget - (.now - start)
            if looked, left <= .zero { break }
            let lowest = max(search.firstSeq, before - window)
            let begun = ContinuousClock.now
            do {
                hits += try look(room, lowest...before - 1, search, limit: search.limit - hits.count)
            } catch  where error.code == .timeout && window > SearchWindow.smallest {
                window = max(window / 4, SearchWindow.smallest)
                continue
            }
            looked = true
            before = lowest
            window = SearchWindow.next(after: window, took: .now - begun)
        }
        guard hits.count >= search.limit, let last = hits.last else {
            return SearchResult(hits: hits, stoppedAt: before > search.firstSeq ? before : nil)
        }
        return SearchResult(hits: hits, stoppedAt: last.seq > search.firstSeq ? last.seq : nil)
    }

    private func look(
        _ room: String, _ seqs: ClosedRange<Int64>, _ search: MessageSearch, limit: Int
    ) throws(MongoError) -> [MessageRecord] {
        let pipeline: [BSONDocument] = [
            ["$match": .document(Self.filter(room, seqs))], ["$match": .document(search.filter)],
            ["$sort": ["seq": -1]], ["$limit": .int64(Int64(limit))],
        ]
        let options = AggregateOptions(
            batchSize: min(limit, 1000) + 1,
            maxTimeMilliseconds: SearchWindow.milliseconds(for: seqs.upperBound - seqs.lowerBound + 1),
            source: search.source)
        return try records(connection.aggregate(Self.collection, pipeline, options: options))
    }
}

/// How many messages one read of a search looks through.
enum SearchWindow {
    static let smallest: Int64 = 50
    static let largest: Int64 = 50_000

    /// What one window may take; then it is tried again with a quarter of the messages. The smallest cannot take long
    /// by itself, so it may wait for a server that is busy with others.
    static func milliseconds(for window: Int64) -> Int {
        window > smallest ? 250 : 5000
    }

    /// Aims at 100 ms a window, changing at most fourfold at a time.
    static func next(after window: Int64, took: Duration) -> Int64 {
        let factor = min(max(Duration.milliseconds(100) / max(took, .microseconds(1)), 0.25), 4)
        return min(max(Int64(Double(window) * factor), smallest), largest)
    }
}
