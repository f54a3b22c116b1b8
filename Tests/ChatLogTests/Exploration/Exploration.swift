import BSON
import Chat
import ChatLog

/// One schedule of several processes that write the rooms of one replica set, step by step and without threads: clients
/// send, connections break, processes are killed, commands get lost or late, primaries change, backups are restored;
/// then all comes to rest and is checked. What happens depends on the seed alone.
struct Exploration {
    /// What may go wrong in this schedule.
    struct Faults {
        var failures = false
        var elections = false
        var disasters = false
        var kills = false
        var suspensions = false
        /// Messages are given up after a while, and few may wait.
        var impatience = false
    }

    static let stepsOfTrouble = 70
    static let stepsToRest = 3_000

    var dice: SeededGenerator
    var faults = Faults()
    var model = ReplicaSetModel()
    var now = Fixture.start
    /// The time since 1970.
    let time = ExploredClock(1_700_000_000_000)
    var rooms: [RoomID] = []
    var processes: [ExploredProcess] = []
    var clients: [SimulatedClient] = []
    let inbox = ExploredInbox()
    /// Who submitted what, by number; and which of it was answered, how often.
    var submissions: [ExploredInbox.Submission] = []
    var answers: [Int] = []
    /// What clients have not heard yet.
    var unheard: [ExploredInbox.Answer] = []
    /// What each client was told of each of its messages.
    var acknowledged: [(client: Int, item: Int, answer: Acknowledgement)] = []
    /// Messages that a disaster took, with what their senders were told of them.
    var lost: Set<SharedKey> = []
    /// All that was written before the last disaster.
    var writtenBefore: Set<ObjectID> = []
    var killed: Set<Int> = []
    var lastConnection: UInt64 = 0
    var lastProcess = 0
    var violations: [String] = []
    /// What happened; only kept of a schedule that is looked into.
    private(set) var story: [String] = []
    private let isTold: Bool

    /// - Parameter isTold: whether `story` is kept.
    init(seed: UInt64, isTold: Bool = false) {
        self.isTold = isTold
        dice = SeededGenerator(seed: seed)
        faults.failures = happens(60)
        faults.elections = happens(50)
        faults.disasters = happens(25)
        faults.kills = happens(20)
        faults.suspensions = happens(10)
        faults.impatience = happens(30)
        rooms = Array(ExploredDrafts.rooms.prefix(random(1...2)))
        for _ in 0..<random(1...3) { processes.append(makeProcess()) }
        for _ in 0..<random(1...3) { makeClient() }
        // Somebody else in the same account, with the same messages to send: two tabs that share an outbox.
        if happens(20), var twin = clients.first {
            lastConnection += 1
            twin.reconnect(to: random(0...processes.count - 1), connection: lastConnection)
            clients.append(twin)
        }
    }

    /// - Returns: what was found wrong.
    mutating func run() -> [String] {
        for _ in 0..<Self.stepsOfTrouble { trouble() }
        comeToRest()
        var steps = 0
        while !isAtRest, steps < Self.stepsToRest {
            steps += 1
            calmStep()
        }
        guard isAtRest else { return violations + model.violations + ["it did not come to rest"] }
        showTheRest()
        check()
        return violations + model.violations
    }

    private var isAtRest: Bool {
        unheard.isEmpty && clients.allSatisfy(\.isDone)
            && !processes.contains { $0.isDraining || $0.machine.retryAt != nil }
    }

    // MARK: Steps

    private mutating func trouble() {
        pass(milliseconds: random(0...4))
        let index = random(0...processes.count - 1)
        let client = random(0...clients.count - 1)
        switch random(0...99) {
        case 0..<50: step(index)
        case 50..<66: send(from: client)
        case 66..<76: hear()
        case 76..<79: sendAgain(from: client)
        case 79..<84: model.replicate(random(1...3))
        case 84..<90: lookAround(index)
        case 90..<92: processes[index].expire(now: now)
        default: strike(index)
        }
        collect()
    }

    private mutating func calmStep() {
        let index = random(0...processes.count - 1)
        if processes[index].isDraining {
            // Time passes slowly while something is done, so that patience is enough for it.
            pass(milliseconds: random(0...4) / 4)
            model.replicate()
            step(index)
        } else if !unheard.isEmpty {
            hear()
        } else {
            pass(milliseconds: processes.contains { $0.isDraining } ? 0 : 50)
            processes[index].expire(now: now)
            send(from: random(0...clients.count - 1))
        }
        collect()
    }

    private mutating func pass(milliseconds: Int) {
        now = now.advanced(by: .milliseconds(milliseconds))
        time.advance(by: Int64(milliseconds))
    }

    /// A process goes on: its lane asks for something, or the replica set does a part of that, or the answer comes.
    mutating func step(_ index: Int) {
        guard let call = processes[index].call else {
            if processes[index].isDraining, let request = processes[index].nextRequest(now: now) {
                tell("process \(index) asks: \(request)")
                send(request, of: index)
            }
            return
        }
        tell("process \(index) on \(call.node): \(call.phase)")
        switch call.phase {
        case .done(let answer): processes[index].answer(answer, now: now)
        case .sent where faults.failures && happens(15):
            processes[index].answer(call.failed("no answer"), now: now)
        case .sent, .writing:
            if faults.failures, call.isWrite, happens(8) {
                // The caller hears of a time-out, while the command goes on.
                if happens(60) { model.goOnLater(with: call.rest, on: call.node) }
                processes[index].answer(call.failed("timed out"), now: now)
            } else {
                _ = processes[index].call?.proceed(&model)
            }
        case .waiting(let outcome, let written): wait(for: outcome, written, call, of: index)
        }
    }

    /// A write waits for the majority.
    private mutating func wait(
        for outcome: AppendOutcome, _ written: Int, _ call: ExploredCall, of index: Int
    ) {
        if model.node(call.node) == nil {
            processes[index].answer(call.failed("the connection broke"), now: now)
        } else if faults.failures && happens(15) || call.node != model.primary.number && happens(30) {
            processes[index].answer(call.failed("not acknowledged in time"), now: now)
        } else if model.acknowledge(call.last(written), on: call.node) {
            processes[index].answer(.appended(outcome), now: now)
        }
    }

    /// Sends a request over the process's connection, or a new one.
    private mutating func send(_ request: LaneRequest, of index: Int) {
        if case .pause = request {
            processes[index].answer(.paused, now: now)
            return
        }
        let isBroken = model.node(processes[index].node) == nil
        if isBroken || happens(20) {
            // From a primary on to a later one, never back.
            let stale = model.stale.map(\.number) ?? 0
            processes[index].node =
                stale > processes[index].node && happens(50) ? stale : model.primary.number
            // Sometimes the driver finds out only with the request.
            if isBroken, happens(50) {
                processes[index].answer(ExploredCall(request, to: 0).failed("the connection broke"), now: now)
                return
            }
        }
        let call = ExploredCall(request, to: processes[index].node)
        if let run = call.run, run.description != "\(call.node)" {
            let answer: LaneAnswer = call.isWrite ? .appended(.notSent(.otherRun)) : .failed(.otherRun)
            processes[index].answer(answer, now: now)
        } else {
            processes[index].call = call
        }
    }

    /// Adds to the story.
    mutating func tell(_ text: @autoclosure () -> String) {
        if isTold { story.append(text()) }
    }

    // MARK: Dice

    mutating func random(_ range: ClosedRange<Int>) -> Int {
        // Its own, as the standard library's is slow without optimisation.
        range.lowerBound + Int(truncatingIfNeeded: dice.next() >> 33) % (range.upperBound - range.lowerBound + 1)
    }

    mutating func happens(_ percent: Int) -> Bool { random(0...99) < percent }
}
