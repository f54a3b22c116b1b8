internal import BSON

extension Schema {
    /// `_id` is the room's id. See ``SearchIndexState``.
    package static let searchRooms = CollectionSchema(
        "search_rooms",
        validator: ValidatorShape.document(
            required: ["_id", "format", "epoch", "version", "start", "packed", "seq", "rev", "patched"],
            [
                "_id": ValidatorShape.roomID,
                "format": ValidatorShape.integer(from: 1),
                "epoch": ValidatorShape.integer(from: 0),
                "version": ValidatorShape.integer(from: 1),
                "start": ValidatorShape.integer(from: 0),
                "packed": ValidatorShape.integer(from: 0),
                "seq": ValidatorShape.integer(from: 0),
                "rev": ValidatorShape.integer(from: 0),
                "patched": ValidatorShape.type("array"),
                "claimed_by": objectIDOrNone,
                "claimed_until": ValidatorShape.date,
            ]))

    /// `_id` tells the room, the segment or block, and the part of it; `data` is a ``PostingTable``. No further index:
    /// all are looked up by their ids.
    package static let searchSegments = CollectionSchema(
        "search_segments",
        validator: ValidatorShape.document(
            required: ["_id", "room_id", "data"],
            [
                "_id": ValidatorShape.string(1...128),
                "room_id": ValidatorShape.roomID,
                "data": ValidatorShape.type("binData"),
            ]))

    private static let objectIDOrNone = ValidatorShape.type("objectId", "null")
}
