internal import BSON

extension SearchIndexer {
    /// Another process took the step.
    private struct Overtaken: Error {}

    /// The state is stored unless another process was faster.
    func insert(_ state: SearchIndexState) throws(MongoError) {
        var document: BSONDocument = ["_id": .string(state.room)]
        for (key, value) in state.fields { document.append(key, value) }
        let outcome = try connection.insert(SearchIndexRepository.rooms, [document])
        if let refused = outcome.writeErrors.first, refused.code != .duplicateKey { throw refused.error }
    }

    /// Whether the room is this process' for the next 15 s.
    func claim(_ room: String, now: Int64) throws(MongoError) -> Bool {
        let free: BSONValue = [
            ["claimed_by": .objectID(owner)], ["claimed_by": .null],
            ["claimed_until": ["$lt": .datetime(milliseconds: now)]],
        ]
        let claim: BSONDocument = [
            "claimed_by": .objectID(owner),
            "claimed_until": .datetime(milliseconds: now + Self.claimMilliseconds),
        ]
        let found = try connection.findAndModify(
            SearchIndexRepository.rooms, ["_id": .string(room), "$or": free], update: ["$set": .document(claim)])
        return found != nil
    }

    /// Stores the next state and what `body` writes, together.
    /// - Parameter state: the next one, with the version of the one before.
    /// - Returns: as it is stored; nil when another process has stored one meanwhile: then nothing was written.
    func commit(
        _ state: SearchIndexState, now: Int64, _ body: (MongoConnection) throws -> Void
    ) throws -> SearchIndexState? {
        var next = state
        next.version += 1
        var fields = next.fields
        fields.append("claimed_until", .datetime(milliseconds: now + Self.claimMilliseconds))
        let filter: BSONDocument = ["_id": .string(state.room), "version": .int64(state.version)]
        do {
            try connection.withTransaction { connection in
                let operation = UpdateOperation(filter: filter, update: ["$set": .document(fields)])
                guard try connection.update(SearchIndexRepository.rooms, [operation]).checked().matched == 1 else {
                    throw Overtaken()
                }
                try body(connection)
            }
        } catch is Overtaken {
            // Also after a commit whose answer was lost: the next step begins with what is stored.
            return nil
        }
        return next
    }

    /// Puts tables in the place of those that stand there.
    func put(_ tables: [(id: String, bytes: [UInt8])], _ room: String) throws(MongoError) {
        // A command holds 16 MiB and more than that in overhead; a table at most half of it.
        var start = 0
        while start < tables.count {
            var stop = start
            var size = 0
            while stop < tables.count, stop == start || size + tables[stop].bytes.count < Self.maximumTableBytes {
                size += tables[stop].bytes.count
                stop += 1
            }
            let updates = tables[start..<stop].map { table in
                // What is too large is stored as no table: its messages are always looked at.
                let bytes = table.bytes.count <= Self.maximumTableBytes ? table.bytes : []
                return UpdateOperation(
                    filter: ["_id": .string(table.id)],
                    update: ["$set": ["room_id": .string(room), "data": .binary(BSONBinary(bytes))]], upsert: true)
            }
            _ = try connection.update(SearchIndexRepository.segments, updates).checked()
            start = stop
        }
    }

    func delete(_ ids: [String]) throws(MongoError) {
        for start in stride(from: 0, to: ids.count, by: 16) {
            let part = ids[start..<min(start + 16, ids.count)].map(BSONValue.string)
            try connection.delete(SearchIndexRepository.segments, ["_id": ["$in": .array(BSONArray(part))]])
        }
    }

    /// The ids of all tables that a segment may have.
    func tables(of segment: Int64, _ state: SearchIndexState) -> [String] {
        typealias Index = SearchIndexRepository
        var ids = Self.blocks(of: segment).map { Index.blockID(state.room, $0) }
        ids.append(Index.patchID(state.room, segment))
        return ids + Self.buckets.map { Index.bucketID(state.room, segment, $0) }
    }
}
