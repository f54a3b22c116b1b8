import BSON

/// The ids that came last: at least as many as the capacity, at most twice as many. A value without I/O.
struct RecentIDs {
    private let capacity: Int
    private var newer: Set<ObjectID> = []
    private var older: Set<ObjectID> = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// - Returns: whether it was not there.
    mutating func insert(_ id: ObjectID) -> Bool {
        guard !newer.contains(id), !older.contains(id) else { return false }
        newer.insert(id)
        if newer.count >= capacity { (older, newer) = (newer, []) }
        return true
    }
}
