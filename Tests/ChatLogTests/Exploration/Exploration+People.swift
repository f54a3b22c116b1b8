import BSON
import Chat
import ChatLog

/// Who takes part, and what they do.
extension Exploration {
    mutating func makeProcess() -> ExploredProcess {
        lastProcess += 1
        var limits = WriterLane.Limits()
        limits.batchCount = random(1...6)
        limits.batchBytes = random(300...3_000)
        // Enough to forget none: a process that forgot what it acknowledged cannot tell that it is gone.
        limits.rememberedRooms = 100
        limits.patience = faults.impatience ? .milliseconds(random(10...120)) : .seconds(80_000)
        if faults.impatience { limits.queuedCount = random(1...4) }
        return ExploredProcess(
            number: lastProcess, node: model.primary.number, limits: limits, time: time,
            skew: Int64(random(-5_000...5_000)))
    }

    mutating func makeClient() {
        let number = clients.count
        lastConnection += 1
        let (room, user) = (random(0...rooms.count - 1), random(0...min(number, 1)))
        let window = random(1...3)
        // Who uses a client_id again must know what became of the first, and there must be one.
        let mayReuse = window == 1 && !faults.disasters
        var items: [SimulatedClient.Item] = []
        for place in 0..<random(1...ExploredDrafts.places) {
            let draft = { ExploredDrafts.draft(room, user, number, $0, $1) }
            switch random(0...11) {
            case 0: items.append(.init(draft: draft(place, .invalid), kind: .refusedByValidator))
            case 1 where mayReuse && items.last?.kind == .plain:
                items.append(.init(draft: draft(place - 1, .reused), kind: .reusedClientID))
            default: items.append(.init(draft: draft(place, .plain), kind: .plain))
            }
        }
        clients.append(
            SimulatedClient(
                room: rooms[room], window: window, items: items, process: random(0...processes.count - 1),
                connection: lastConnection))
    }

    mutating func send(from client: Int) {
        guard let item = clients[client].nextToSend() else { return }
        clients[client].items[item].progress = .sent
        submit(client, item, isExtra: false)
    }

    /// Sends something that was sent before once more, for no reason, over a connection of its own.
    mutating func sendAgain(from client: Int) {
        let items = clients[client].items
        // Nothing that would come before what it must not: an earlier message, or the first bearer of its client_id.
        let firstUndone = items.firstIndex { $0.progress != .done } ?? items.count - 1
        let item = random(0...firstUndone)
        guard items[item].progress != .unsent, items[item].kind != .reusedClientID else { return }
        submit(client, item, isExtra: true)
    }

    private mutating func submit(_ client: Int, _ item: Int, isExtra: Bool) {
        let (number, process) = (submissions.count, clients[client].process)
        tell("client \(client) sends \(item) as submission \(number) to process \(process)")
        if isExtra { lastConnection += 1 }
        let sender = isExtra ? lastConnection : clients[client].connection
        submissions.append(
            .init(
                client: client, connection: clients[client].connection, item: item, isExtra: isExtra,
                process: processes[process].number))
        answers.append(0)
        // A note of where the log ends may be too low or too high.
        let hint = happens(30) ? Int64(random(0...20)) : 0
        let draft = clients[client].items[item].draft
        let ticket = SendTicket(bytes: 300) { [inbox] in inbox.add(number, $0) }
        processes[process].submit(
            Submission(
                draft: draft, ticket: ticket, sender: sender, resends: !isExtra, hint: hint,
                deadline: now.advanced(by: processes[process].limits.patience)), now: now)
    }

    /// A client hears the next answer.
    mutating func hear() {
        guard !unheard.isEmpty else { return }
        let answer = unheard.removeFirst()
        let sent = submissions[answer.submission]
        tell("client \(sent.client) hears of submission \(answer.submission): \(answer.result)")
        guard clients[sent.client].connection == sent.connection else { return }
        let kind = clients[sent.client].items[sent.item].kind
        switch answer.result {
        case .success(let acknowledgement):
            if kind != .plain { report(sent, "acknowledged though it must not be stored") }
            acknowledged.append((sent.client, sent.item, acknowledgement))
        case .failure(let error) where error.code == .unavailable:
            guard !sent.isExtra, clients[sent.client].items[sent.item].progress == .sent else { return }
            clients[sent.client].items[sent.item].progress = .unsent
            clients[sent.client].isRecovering = true
            return
        case .failure(let error):
            let expected: ChatError.Code? =
                switch kind {
                case .refusedByValidator: .badRequest
                case .reusedClientID: .conflict
                case .plain: nil
                }
            if expected != error.code { report(sent, "\(error)") }
        }
        if !sent.isExtra { clients[sent.client].items[sent.item].progress = .done }
    }

    private mutating func report(_ sent: ExploredInbox.Submission, _ text: String) {
        violations.append("client \(sent.client), message \(sent.item): \(text)")
    }

    // MARK: Those who look at rooms

    /// Somebody opens a room, or what other processes wrote is looked for.
    mutating func lookAround(_ index: Int) {
        if happens(50), let opening = processes[index].opening.popLast() {
            processes[index].feed.open(opening.room, at: opening.seq)
        } else if happens(50), let polled = processes[index].polled.popLast() {
            processes[index].feed.deliver(polled.messages, in: polled.room)
        } else if let node = model.node(processes[index].node) {
            let room = rooms[random(0...rooms.count - 1)]
            let feed = processes[index].feed
            let stored = node.majority(of: room)
            for message in stored { processes[index].ids.observe(message.id) }
            if let delivered = feed.delivered(in: room) {
                processes[index].polled.append((room, stored.filter { $0.seq > delivered }))
            } else {
                if feed.view(of: room) == nil { feed.look(at: room) }
                processes[index].opening.append((room, stored.last?.seq ?? 0))
            }
        }
    }

    mutating func showTheRest() {
        model.replicate()
        for process in processes {
            for opening in process.opening { process.feed.open(opening.room, at: opening.seq) }
            for room in rooms { process.feed.deliver(model.stored(in: room), in: room) }
        }
        collect()
    }
}
