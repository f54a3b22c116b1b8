import Chat

/// How far users have read, as far as this process knows, and what of it waits to be stored. A value without I/O.
///
/// A client that scrolls says at each step how far it is; only where it came to is stored, about once a second. What one
/// sends counts as read, too, and is stored less often still, as there is so much of it.
struct ReadPositions {
    struct Place: Hashable {
        var room: RoomID
        var user: UserID
    }

    enum Verdict: Hashable {
        /// It is not known how far the user was; learn it first.
        case unknown
        case moved
        /// He was there already.
        case same
        case behind(Int64)
        /// Too much waits to be stored.
        case full
    }

    private let capacity: Int
    private var known: [Place: Int64] = [:]
    private var reads: [Place: Int64] = [:]
    private var sends: [Place: Int64] = [:]

    /// - Parameter capacity: positions that are remembered, and that wait.
    init(capacity: Int = 200_000) {
        self.capacity = capacity
    }

    func position(_ place: Place) -> Int64? { known[place] }

    /// This is stored.
    mutating func learn(_ place: Place, _ seq: Int64) {
        makeRoom()
        known[place] = max(known[place] ?? 0, seq)
    }

    /// Another process stores this; of use only where something is known of the user.
    mutating func follow(_ place: Place, _ seq: Int64) {
        if let position = known[place] { known[place] = max(position, seq) }
    }

    /// The user says that he has read up to here.
    mutating func read(_ place: Place, to seq: Int64) -> Verdict {
        guard let position = known[place] else { return .unknown }
        guard seq >= position else { return .behind(position) }
        guard seq > position else { return .same }
        guard reads.count < capacity || reads[place] != nil else { return .full }
        known[place] = seq
        reads[place] = seq
        return .moved
    }

    /// The user sent this message; it was the room's last, so he is not known to be further.
    mutating func sent(_ place: Place, _ seq: Int64) {
        guard seq > known[place] ?? 0 else { return }
        makeRoom()
        known[place] = seq
        // Where the database is away for long, this is the first to be forgotten.
        if sends.count < capacity || sends[place] != nil { sends[place] = seq }
    }

    var isEmpty: Bool { reads.isEmpty && sends.isEmpty }

    /// What is to be stored now.
    mutating func take(sends includesSends: Bool, upTo limit: Int) -> [ReadPosition] {
        var taken: [ReadPosition] = []
        Self.move(&reads, to: &taken, upTo: limit)
        if includesSends { Self.move(&sends, to: &taken, upTo: limit) }
        return taken
    }

    private static func move(_ waiting: inout [Place: Int64], to taken: inout [ReadPosition], upTo limit: Int) {
        for (place, seq) in waiting.prefix(limit - taken.count) {
            taken.append(ReadPosition(room: place.room, user: place.user, seq: seq))
            waiting[place] = nil
        }
    }

    /// It could not be stored: it waits again.
    mutating func putBack(_ positions: [ReadPosition]) {
        for position in positions where reads.count < capacity {
            let place = Place(room: position.room, user: position.user)
            reads[place] = max(reads[place] ?? 0, position.seq)
        }
    }

    /// What waits must not be forgotten; everything else can be learned again.
    private mutating func makeRoom() {
        guard known.count >= capacity else { return }
        known = known.filter { reads[$0.key] != nil || sends[$0.key] != nil }
        if known.count >= capacity { known = [:] }
    }
}
