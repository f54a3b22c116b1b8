import BSON
import Chat

/// What waits to be told to other processes, who they are, and what was heard from them. A value without I/O.
struct SignalBoard {
    /// Signals that wait; more are not sent.
    static let maximumWaiting = 5_000
    /// Positions in one signal.
    static let readsPerSignal = 500
    /// Rounds between two signs of life.
    static let aliveEvery = 40
    /// A process of which nothing was heard for so many rounds is gone.
    static let memory = 2 * aliveEvery + 20
    /// Signals are looked for again so long, as they are not stored in the order of their ids.
    static let overlapMilliseconds: Int64 = 5_000

    private var waiting: [Signal] = []
    private var reads: [ReadPositions.Place: ReadSignal] = [:]
    private var round = 0
    /// When each of the others was last heard.
    private var others: [String: Int] = [:]
    private var mustSayAlive = true
    /// What was heard within the overlap.
    private var heard: Set<ObjectID> = []
    private var newest: ObjectID?

    /// Whether there is anybody to tell.
    var hasOthers: Bool { !others.isEmpty }

    /// Nobody is there: nothing is kept.
    mutating func add(_ signal: Signal) {
        guard hasOthers, waiting.count < Self.maximumWaiting else { return }
        waiting.append(signal)
    }

    /// Of each user and room only the newest is sent.
    mutating func add(_ read: ReadSignal) {
        guard hasOthers else { return }
        let place = ReadPositions.Place(room: read.room, user: read.user)
        guard reads.count < Self.maximumWaiting || reads[place] != nil else { return }
        reads[place] = read
    }

    /// What is to be sent now.
    mutating func take() -> [Signal] {
        round += 1
        others = others.filter { round - $0.value <= Self.memory }
        var signals = waiting
        waiting = []
        let reads = Array(reads.values)
        self.reads = [:]
        for start in stride(from: 0, to: reads.count, by: Self.readsPerSignal) {
            signals.append(.reads(Array(reads[start..<min(start + Self.readsPerSignal, reads.count)])))
        }
        if mustSayAlive || round % Self.aliveEvery == 0 { signals.append(.alive) }
        mustSayAlive = false
        return signals
    }

    /// Behind which id to look.
    mutating func position(now: Int64) -> ObjectID {
        if newest == nil { newest = .lowest(atMilliseconds: now) }
        let newest = newest ?? .lowest(atMilliseconds: now)
        return .lowest(atMilliseconds: max(newest.milliseconds - Self.overlapMilliseconds, 0))
    }

    /// - Returns: those that were not heard before.
    mutating func hear(_ sent: [SentSignal], as myself: String) -> [Signal] {
        var fresh: [Signal] = []
        for sent in sent where heard.insert(sent.id).inserted {
            newest = max(newest ?? sent.id, sent.id)
            guard sent.origin != myself else { continue }
            // Who is new does not know of this process.
            if others.updateValue(round, forKey: sent.origin) == nil { mustSayAlive = true }
            if sent.signal != .alive { fresh.append(sent.signal) }
        }
        if let newest, heard.count > Self.maximumWaiting {
            let oldest = ObjectID.lowest(atMilliseconds: newest.milliseconds - Self.overlapMilliseconds)
            heard = heard.filter { $0 >= oldest }
        }
        return fresh
    }
}
