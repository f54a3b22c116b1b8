package import BSON

/// A search on behalf of a user, newest first, within a time.
package struct MessageSearch: Sendable {
    package struct Result: Sendable, Hashable {
        /// Newest first.
        package var hits: [SearchHit]
        /// Every message from this id on has been looked at: go on below it. Nil when there is nothing below.
        package var next: ObjectID?
        /// The newest message that the index holds, in a search of one room; nil when none was used.
        package var indexedThrough: Int64?
    }

    package var criteria: SearchCriteria
    /// Only messages below this id.
    package var before: ObjectID?
    package var limit: Int
    /// No new step is begun after this, once there was progress. A step takes about 100 ms, at most 250 unless the server
    /// is overloaded.
    package var timeBudget: Duration
    package var usesIndex: Bool
    package var source: ReadSource

    package init(
        _ criteria: SearchCriteria, before: ObjectID? = nil, limit: Int, timeBudget: Duration = .milliseconds(500),
        usesIndex: Bool = true, source: ReadSource = .userReadPreference
    ) {
        self.criteria = criteria
        self.before = before
        self.limit = limit
        self.timeBudget = timeBudget
        self.usesIndex = usesIndex
        self.source = source
    }

    /// Through one room. At least one step, so that a caller who goes on where it stopped gets to the end.
    package func run(in room: RoomRecord, _ connection: MongoConnection) throws(MongoError) -> Result {
        let start = ContinuousClock.now
        let messages = connection.messages
        let position =
            if let before {
                try messages.position(of: before, in: room.id, bounds: .hint(room.last.seq, firstSeq: room.firstSeq))
            } else {
                try messages.tail(room.id, hint: room.last.seq, firstSeq: room.firstSeq).seq + 1
            }
        let state = usesIndex ? try SearchIndexRepository(connection, source: source).state(of: room.id) : nil
        var search = try RoomSearch(room, criteria, before: position, state: state, source: source, connection)
        var hits: [SearchHit] = []
        while !search.isDone, hits.count < limit {
            hits += try search.advance(limit: limit - hits.count, connection)
            if .now - start > timeBudget { break }
        }
        let next = search.isDone ? nil : try messages.id(at: search.before, in: room.id)
        return Result(hits: hits, next: next, indexedThrough: search.indexedThrough)
    }
}
