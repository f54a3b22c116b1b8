import BSON
import Chat
import ChatLog

/// Several processes with a lane each write the rooms of one collection, while clients send, connections break,
/// processes are killed, writes get lost or late, and the primary changes; then all comes to rest and is checked.
///
/// What happens depends on the seed alone.
struct Simulation {
    let seed: UInt64
    let world: SimulatedWorld
    let answers = Answers()
    let start: ContinuousClock.Instant
    let rooms: [RoomID]
    var processes: [SimulatedProcess] = []
    var killed: [SimulatedProcess] = []
    var clients: [SimulatedClient] = []
    /// What each client was told of each of its messages.
    var acknowledged: [(client: Int, item: Int, answer: Acknowledgement)] = []
    var lastConnection: UInt64 = 0
    var lastProcess: UInt64 = 0
    /// Whether messages are given up after a while, and few may wait. Then clients send one at a time: what is sent
    /// behind a message before its refusal comes would be stored before it is sent again.
    let isImpatient: Bool

    private static let stepsOfTrouble = 150
    private static let stepsToRest = 20_000

    init(seed: UInt64) {
        self.seed = seed
        world = SimulatedWorld(seed: seed)
        (start, isImpatient) = world.with { state in (state.now, state.happens(0.3)) }
        rooms = (0...world.random(0...2)).map { RoomID(stored: "room-\($0)") }
        for _ in 0...world.random(0...2) { processes.append(makeProcess()) }
        for _ in 0...world.random(0...3) { makeClient() }
        // Somebody else in the same account, with the same messages to send: two tabs that share an outbox.
        if world.happens(0.3), var twin = clients.first {
            lastConnection += 1
            twin.reconnect(to: world.random(0...processes.count - 1), connection: lastConnection)
            clients.append(twin)
        }
        world.with { state in
            state.faults.readFails = state.happens(0.5) ? 0.1 : 0
            state.faults.outcomeUnknown = state.happens(0.7) ? 0.3 : 0
            state.faults.lag = state.happens(0.5) ? 0.6 : 0
        }
    }

    /// - Returns: what was found wrong.
    mutating func run() -> [String] {
        for _ in 0..<Self.stepsOfTrouble { trouble() }
        world.with { $0.faults = .none }
        var steps = 0
        while !isAtRest, steps < Self.stepsToRest {
            steps += 1
            calmStep()
        }
        guard isAtRest else { return world.violations + ["it did not come to rest"] }
        for process in processes + killed { process.thread.finish() }
        showTheRest()
        check()
        return world.violations
    }

    private var isAtRest: Bool {
        clients.allSatisfy(\.isDone) && !(processes + killed).contains { $0.thread.isBusy }
    }

    // MARK: Steps

    private mutating func trouble() {
        world.with { $0.now = $0.now.advanced(by: .milliseconds($0.random(0...20))) }
        switch world.random(0...99) {
        case 0..<45: stepSomeThread()
        case 45..<65: send(from: world.random(0...clients.count - 1))
        case 65..<75: hear()
        case 75..<79: sendAgain(from: world.random(0...clients.count - 1))
        case 79..<83: continueLateWrite()
        case 83..<86: world.with { $0.messages.commit($0.random(1...3)) }
        case 86..<94: lookAround()
        case 94..<96:
            processes[world.random(0...processes.count - 1)].lane.expire(now: start.advanced(by: .seconds(90_000)))
        case 96..<98: world.with { if $0.faults.outcomeUnknown > 0 { $0.messages.changePrimary() } }
        default: kill(world.random(0...processes.count - 1))
        }
    }

    private mutating func calmStep() {
        world.with { $0.now = $0.now.advanced(by: .milliseconds(1)) }
        switch world.random(0...3) {
        case 0: send(from: world.random(0...clients.count - 1))
        case 1: hear()
        default: stepSomeThread()
        }
    }

    private func stepSomeThread() {
        let busy = (processes + killed).map(\.thread).filter(\.isBusy)
        if !busy.isEmpty { busy[world.random(0...busy.count - 1)].step() }
    }

    private func continueLateWrite() {
        world.with { state in
            guard !state.messages.lateWrites.isEmpty else { return }
            let index = state.random(0...state.messages.lateWrites.count - 1)
            state.messages.continueLateWrite(at: index, count: state.random(1...8))
        }
    }

    /// The process stops where it is; its people come back to others.
    private mutating func kill(_ index: Int) {
        guard killed.count < 3 else { return }
        processes[index].life.end()
        killed.append(processes[index])
        processes[index] = makeProcess()
        for client in clients.indices where clients[client].process == index {
            lastConnection += 1
            clients[client].reconnect(to: world.random(0...processes.count - 1), connection: lastConnection)
        }
    }

    // MARK: What people do

    private mutating func send(from client: Int) {
        guard let item = clients[client].nextToSend() else { return }
        clients[client].items[item].progress = .sent
        submit(client, item, isExtra: false)
    }

    /// Sends something that was sent before, for no reason.
    private mutating func sendAgain(from client: Int) {
        let items = clients[client].items
        // Not what reuses a client_id: over a new connection it might come before what it must not replace.
        let sent = items.indices.filter { items[$0].progress != .unsent && items[$0].kind != .reusedClientID }
        if !sent.isEmpty { submit(client, sent[world.random(0...sent.count - 1)], isExtra: true) }
    }

    private func submit(_ client: Int, _ item: Int, isExtra: Bool) {
        let (answers, connection) = (answers, clients[client].connection)
        let submission = answers.expect()
        // A note of where the log ends may be too low or too high.
        let hint = world.happens(0.3) ? Int64(world.random(0...60)) : 0
        processes[clients[client].process].lane.submit(
            clients[client].items[item].draft, sender: connection, hint: hint
        ) { result in
            answers.give(
                .init(client: client, connection: connection, item: item, isExtra: isExtra, result: result),
                to: submission)
        }
    }

    /// A client hears the next answer.
    private mutating func hear() {
        guard let answer = answers.takeFirst(), clients[answer.client].connection == answer.connection else { return }
        let kind = clients[answer.client].items[answer.item].kind
        let text = "client \(answer.client), message \(answer.item) (\(kind)): \(answer.result)"
        switch answer.result {
        case .success(let acknowledgement):
            if kind != .plain { world.report("acknowledged though it must not be stored: \(text)") }
            acknowledged.append((answer.client, answer.item, acknowledgement))
        case .failure(let error) where error.code == .unavailable:
            guard !answer.isExtra, clients[answer.client].items[answer.item].progress == .sent else { return }
            clients[answer.client].items[answer.item].progress = .unsent
            clients[answer.client].isRecovering = true
            return
        case .failure(let error):
            let expected: [SimulatedClient.Item.Kind: ChatError.Code] = [
                .refusedByValidator: .badRequest, .reusedClientID: .conflict,
            ]
            if expected[kind] != error.code { world.report("wrong answer: \(text)") }
        }
        if !answer.isExtra { clients[answer.client].items[answer.item].progress = .done }
    }

    // MARK: Those who look at rooms

    /// Somebody opens a room, or what other processes wrote is looked for.
    private mutating func lookAround() {
        let index = world.random(0...processes.count - 1)
        if world.happens(0.5), let opening = processes[index].opening.popLast() {
            processes[index].feed.open(opening.room, at: opening.seq)
        } else if world.happens(0.5), let polled = processes[index].polled.popLast() {
            processes[index].feed.deliver(polled.messages, in: polled.room)
        } else {
            let room = rooms[world.random(0...rooms.count - 1)]
            let feed = processes[index].feed
            if feed.view(of: room) == nil {
                feed.look(at: room)
                processes[index].opening.append((room, world.with { $0.messages.tail(of: room).seq }))
            } else if let delivered = feed.delivered(in: room) {
                let found = world.with { $0.messages.messages(in: room, seqs: delivered + 1...delivered + 5) }
                processes[index].polled.append((room, found))
            }
        }
    }

    private mutating func showTheRest() {
        world.with { state in
            // What is still on its way arrives, and must change nothing any more.
            while !state.messages.lateWrites.isEmpty { state.messages.continueLateWrite(at: 0, count: .max) }
            state.messages.commit()
        }
        for process in processes {
            for opening in process.opening { process.feed.open(opening.room, at: opening.seq) }
            for room in rooms {
                guard let delivered = process.feed.delivered(in: room) else { continue }
                let rest = world.with { $0.messages.messages(in: room, seqs: delivered + 1...delivered + 1_000) }
                process.feed.deliver(rest, in: room)
            }
        }
    }
}

extension SimulatedWorld {
    func random(_ range: ClosedRange<Int>) -> Int { with { $0.random(range) } }
    func happens(_ probability: Double) -> Bool { with { $0.happens(probability) } }
    var violations: [String] { with(\.violations) }
}
