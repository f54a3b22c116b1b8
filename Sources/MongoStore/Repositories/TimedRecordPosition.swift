package import BSON

/// A place in a list that is ordered by a time, and where that is the same, by `_id`.
package struct TimedRecordPosition: Hashable, Sendable {
    /// Milliseconds since 1970.
    package var at: Int64
    package var id: ObjectID

    package init(at: Int64, id: ObjectID) {
        self.at = at
        self.id = id
    }

    /// What lies beyond it.
    /// - Parameters:
    ///   - field: the time's.
    ///   - comparison: `$gt` in a list that ascends, `$lt` in one that descends.
    func beyond(_ field: String, _ comparison: String) -> BSONDocument {
        let (time, id) = (BSONValue.datetime(milliseconds: at), BSONValue.objectID(id))
        var (other, same) = (BSONDocument(), BSONDocument())
        other.append(field, .document(Self.compared(comparison, time)))
        same.append(field, time)
        same.append("_id", .document(Self.compared(comparison, id)))
        return ["$or": .array(BSONArray([other, same]))]
    }

    private static func compared(_ comparison: String, _ value: BSONValue) -> BSONDocument {
        var document = BSONDocument()
        document.append(comparison, value)
        return document
    }
}
