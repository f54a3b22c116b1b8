import Chat

/// Who read on in a room since that was last told; told at most once a second. A value without I/O.
struct ReadNotices {
    struct Notice: Hashable {
        var user: UserID
        var seq: Int64
        /// Whether others are told, too.
        var isShared: Bool
    }

    static let interval: Duration = .seconds(1)
    /// Told at once; who comes behind is told a second later.
    static let maximumCount = 100

    private var waiting: [UserID: (seq: Int64, isShared: Bool)] = [:]
    private var toldAt: ContinuousClock.Instant?

    mutating func note(_ user: UserID, _ seq: Int64, isShared: Bool) {
        waiting[user] = (max(seq, waiting[user]?.seq ?? 0), isShared)
    }

    /// What is due.
    mutating func take(now: ContinuousClock.Instant) -> [Notice] {
        guard !waiting.isEmpty else { return [] }
        if let toldAt, now < toldAt.advanced(by: Self.interval) { return [] }
        toldAt = now
        let notices = waiting.prefix(Self.maximumCount).map { user, read in
            Notice(user: user, seq: read.seq, isShared: read.isShared)
        }
        for notice in notices { waiting[notice.user] = nil }
        return notices.sorted { $0.user < $1.user }
    }
}
