internal import BSON
internal import TextIndex

/// Reads `search_rooms` and `search_segments` on one connection; blocks. See docs/search.md.
package struct SearchIndexRepository {
    package static let rooms = "search_rooms"
    package static let segments = "search_segments"

    let connection: MongoConnection
    let source: ReadSource

    package init(_ connection: MongoConnection, source: ReadSource = .primaryMajority) {
        self.connection = connection
        self.source = source
    }

    /// How far a room is indexed; nil when it is not.
    package func state(of room: String) throws(MongoError) -> SearchIndexState? {
        try states(of: [room])[room]
    }

    /// The states of those rooms that have one.
    package func states(of rooms: [String]) throws(MongoError) -> [String: SearchIndexState] {
        var states: [String: SearchIndexState] = [:]
        for document in try documents(Self.rooms, rooms) {
            let state = try SearchIndexState(document)
            states[state.room] = state
        }
        return states
    }

    /// Tables by their ids. A damaged one is left out like one that is missing: nothing is known of its messages then.
    func tables(_ ids: [String]) throws(MongoError) -> [String: PostingTable] {
        var tables: [String: PostingTable] = [:]
        for document in try documents(Self.segments, ids) {
            guard let id = document.string("_id"), let data = document.binary("data") else { continue }
            tables[id] = PostingTable(data.bytes)
        }
        return tables
    }

    /// A look-up of 16 ids takes 1.2 ms on SecantusDB, one 0.5 ms, and the time of many grows with their square.
    private func documents(_ collection: String, _ ids: [String]) throws(MongoError) -> [BSONDocument] {
        var documents: [BSONDocument] = []
        for start in stride(from: 0, to: ids.count, by: 16) {
            let part = ids[start..<min(start + 16, ids.count)].map(BSONValue.string)
            let filter: BSONDocument = ["_id": part.count == 1 ? part[0] : ["$in": .array(BSONArray(part))]]
            documents += try connection.find(
                collection, filter, options: FindOptions(batchSize: part.count + 1, source: source))
        }
        return documents
    }

    // MARK: Ids of tables

    /// The table of one block.
    static func blockID(_ room: String, _ block: Int64) -> String {
        "\(room)/b/\(block)"
    }

    /// One of the tables of a packed segment.
    static func bucketID(_ room: String, _ segment: Int64, _ bucket: Int) -> String {
        "\(room)/s/\(segment)/\(bucket)"
    }

    /// The table of a segment's changed messages.
    static func patchID(_ room: String, _ segment: Int64) -> String {
        "\(room)/p/\(segment)"
    }
}
