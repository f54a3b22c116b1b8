/// What a sender sent and what was answered.
struct SenderRecord: Sendable {
    struct Place: Hashable, Sendable {
        let id: String
        let seq: Int
    }

    let room: String
    let user: String
    /// The messages are numbered from 1; the number is the `client_id`.
    var sentThrough = 0
    private(set) var acknowledged: [Int: Place] = [:]
    private(set) var firstUnacknowledged = 1
    private(set) var violations: [String] = []
    private(set) var duplicates = 0
    private(set) var refusals = 0

    init(room: String, user: String) {
        self.room = room
        self.user = user
    }

    var isComplete: Bool { firstUnacknowledged > sentThrough }

    /// What message `number` says.
    func content(of number: Int) -> String { "\(user) says \(number)" }

    mutating func acknowledge(_ number: Int, _ frame: JSON) {
        guard let id = frame["_id"]?.text, let seq = frame["seq"]?.int, let isDuplicate = frame["duplicate"]?.bool
        else { return blame("an acknowledgement without its fields: \(frame)") }
        if isDuplicate { duplicates += 1 }
        let place = Place(id: id, seq: seq)
        if let earlier = acknowledged.updateValue(place, forKey: number), earlier != place {
            blame("message \(number) was acknowledged as \(earlier) and as \(place)")
        }
        while acknowledged[firstUnacknowledged] != nil { firstUnacknowledged += 1 }
    }

    mutating func refuse(_ number: Int, _ frame: JSON) {
        refusals += 1
        if frame["code"]?.text != "unavailable" || frame["temporary"]?.bool != true {
            blame("message \(number) was refused: \(frame)")
        }
    }

    mutating func blame(_ what: String) {
        if violations.count < 20 { violations.append("\(user) in \(room): \(what)") }
    }
}
