internal import BSON

/// A document of `search_rooms`: how far a room's messages are indexed. A room that never had a whole block has none.
package struct SearchIndexState: Sendable, Hashable {
    /// Messages that are indexed together, as one table.
    package static let blockLength: Int64 = 512
    /// Messages whose blocks are packed together, into tables by gram.
    package static let segmentLength: Int64 = 16_384

    package var room: String
    /// ``TextFolder/version`` of what is indexed.
    package var format: Int64
    /// The room's when it was indexed: an index of another epoch is of other messages.
    package var epoch: Int64
    /// Grows with every step: the fence between processes that index the same room.
    package var version: Int64
    /// The first segment that is there begins behind this; a multiple of ``segmentLength``.
    package var start: Int64
    /// Messages up to this are in packed segments; a multiple of ``segmentLength``.
    package var packed: Int64
    /// Messages up to this are indexed; a multiple of ``blockLength``.
    package var seq: Int64
    /// Changes of messages up to this are in the index.
    package var rev: Int64
    /// Segments, from 0, with messages that were changed since they were indexed.
    package var patched: [Int64]

    /// Of a room of which nothing is indexed.
    init(room: RoomRecord, format: Int64, version: Int64) {
        self.room = room.id
        self.format = format
        epoch = room.epoch
        self.version = version
        start = (room.firstSeq - 1) / Self.segmentLength * Self.segmentLength
        packed = start
        seq = start
        // Noted after the change was stored, and content is read later than this.
        rev = room.last.rev
        patched = []
    }

    init(_ document: BSONDocument) throws(MongoError) {
        guard let room = document.string("_id"), let format = document.int64("format"),
            let epoch = document.int64("epoch"), let version = document.int64("version"),
            let start = document.int64("start"), let packed = document.int64("packed"),
            let seq = document.int64("seq"), let rev = document.int64("rev"),
            0 <= start, start <= packed, packed <= seq, seq < 1 << 60
        else { throw MongoError(.decoding, "search_rooms holds what is no state of an index") }
        self.room = room
        self.format = format
        self.epoch = epoch
        self.version = version
        self.start = start
        self.packed = packed
        self.seq = seq
        self.rev = rev
        var patched: [Int64] = []
        for value in document.array("patched") ?? [] {
            if case .int64(let segment) = value { patched.append(segment) }
        }
        self.patched = patched
    }

    /// All but `_id`.
    var fields: BSONDocument {
        [
            "format": .int64(format), "epoch": .int64(epoch), "version": .int64(version), "start": .int64(start),
            "packed": .int64(packed), "seq": .int64(seq), "rev": .int64(rev),
            "patched": .array(BSONArray(patched.map(BSONValue.int64))),
        ]
    }

    /// The segment, from 0, of a message.
    static func segment(of seq: Int64) -> Int64 {
        (seq - 1) / segmentLength
    }

    /// The place of a message in its segment.
    static func offset(of seq: Int64) -> Int {
        Int((seq - 1) % segmentLength)
    }

    /// The message at place 0 of a segment.
    static func firstSeq(of segment: Int64) -> Int64 {
        segment * segmentLength + 1
    }

    /// The blocks, from 0, of a segment that are indexed.
    func blocks(of segment: Int64) -> Range<Int64> {
        let first = segment * Self.segmentLength / Self.blockLength
        let end = min(first + Self.segmentLength / Self.blockLength, seq / Self.blockLength)
        return first..<max(first, end)
    }

    func isPacked(_ segment: Int64) -> Bool {
        (segment + 1) * Self.segmentLength <= packed
    }
}
