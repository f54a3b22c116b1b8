internal import BSON

extension MessageSearch {
    /// One room of a search through many.
    private struct Part {
        var search: RoomSearch
        /// The newest message that was not looked at; nil when there is none.
        var newest: ObjectID?

        mutating func findNewest(_ messages: MessageRepository) throws(MongoError) {
            newest = search.isDone ? nil : try messages.id(at: search.before - 1, in: search.room)
        }
    }

    /// Through all rooms of a user at once: always on in the one whose newest message that was not looked at is the
    /// newest of all. Each room costs a millisecond or two before the first hit, whatever the time budget.
    /// - Parameter rooms: those that the user is a member of.
    package func run(in rooms: [RoomRecord], _ connection: MongoConnection) throws(MongoError) -> Result {
        let start = ContinuousClock.now
        let messages = connection.messages
        var parts = try begin(rooms, connection)
        var hits: [SearchHit] = []
        while let index = parts.indices.max(by: { Self.isOlder(parts[$0].newest, parts[$1].newest) }),
            let newest = parts[index].newest
        {
            let found = hits.count { $0.record.id > newest }
            let isProgress = before.map { newest.next < $0 } ?? true
            if found >= limit || (.now - start > timeBudget && isProgress) {
                return result(hits.filter { $0.record.id > newest }, next: newest.next)
            }
            hits += try parts[index].search.advance(limit: limit - found, connection)
            try parts[index].findNewest(messages)
        }
        return result(hits, next: nil)
    }

    private func begin(_ rooms: [RoomRecord], _ connection: MongoConnection) throws(MongoError) -> [Part] {
        let messages = connection.messages
        let index = SearchIndexRepository(connection, source: source)
        let states = usesIndex ? try index.states(of: rooms.map(\.id)) : [:]
        let window = min(max(4096 / Int64(max(rooms.count, 1)), SearchWindow.smallest), SearchIndexState.blockLength)
        var parts: [Part] = []
        for room in rooms {
            let tail = try messages.tail(room.id, hint: room.last.seq, firstSeq: room.firstSeq)
            var position = tail.seq + 1
            if let before, let last = tail.id, last >= before {
                position = try messages.position(
                    of: before, in: room.id, bounds: .known(lastSeq: tail.seq, firstSeq: room.firstSeq))
            }
            guard position > room.firstSeq else { continue }
            var part = Part(
                search: try RoomSearch(
                    room, criteria, before: position, state: states[room.id], window: window, source: source,
                    connection))
            if position > tail.seq { part.newest = tail.id } else { try part.findNewest(messages) }
            parts.append(part)
        }
        return parts
    }

    private func result(_ hits: [SearchHit], next: ObjectID?) -> Result {
        let sorted = hits.sorted { $0.record.id > $1.record.id }
        guard sorted.count > limit else { return Result(hits: sorted, next: next, indexedThrough: nil) }
        return Result(hits: Array(sorted.prefix(limit)), next: sorted[limit - 1].record.id, indexedThrough: nil)
    }

    private static func isOlder(_ left: ObjectID?, _ right: ObjectID?) -> Bool {
        guard let right else { return false }
        return left.map { $0 < right } ?? true
    }
}

extension ObjectID {
    /// The lowest id above this one; itself when it is the highest.
    fileprivate var next: ObjectID {
        if low < .max { return ObjectID(high: high, low: low + 1) }
        return high < .max ? ObjectID(high: high + 1, low: 0) : self
    }
}
