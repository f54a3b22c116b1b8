import Chat
import ChatLog

/// A request of a lane to the replica set: sent, then taking effect (a write message by message), then answered.
/// Between these, anything may happen.
struct ExploredCall {
    enum Phase {
        case sent
        /// The answer is on its way.
        case done(LaneAnswer)
        /// A write: what is left of it, and how many messages it wrote.
        case writing(rest: ArraySlice<Message>, written: Int)
        /// A write that ended and waits for the majority.
        case waiting(AppendOutcome, written: Int)
    }

    let request: LaneRequest
    /// The node that it was sent to.
    let node: Int
    var phase: Phase

    init(_ request: LaneRequest, to node: Int) {
        self.request = request
        self.node = node
        phase = if case .append(let messages, _) = request { .writing(rest: messages[...], written: 0) } else { .sent }
    }

    /// The message that a write stored last.
    func last(_ written: Int) -> Message? {
        if case .append(let messages, _) = request, written > 0 { messages[written - 1] } else { nil }
    }

    /// The run that is asked, where it matters.
    var run: StorageRun? {
        switch request {
        case .inspect, .readPage, .pause: nil
        case .readTail(_, _, let run), .verify(_, _, let run), .lookUp(_, _, let run), .raiseEpoch(_, let run),
            .append(_, let run):
            run
        }
    }

    var isWrite: Bool { if case .append = request { true } else { false } }

    /// What the caller is told when nothing can be known.
    func failed(_ reason: String) -> LaneAnswer {
        isWrite ? .appended(.unknown(LogStorageError(reason))) : .failed(LogStorageError(reason))
    }

    /// What is left to write.
    var rest: ArraySlice<Message> {
        if case .writing(let rest, _) = phase { rest } else { [] }
    }

    /// Takes effect, or a write a part of it. False: it has, and waits for its answer.
    mutating func proceed(_ model: inout ReplicaSetModel) -> Bool {
        switch phase {
        case .sent:
            phase = .done(read(model) ?? failed("the node is gone"))
            return true
        case .writing(let rest, let written):
            write(rest, written, &model)
            return true
        case .waiting, .done:
            return false
        }
    }

    private mutating func write(_ rest: ArraySlice<Message>, _ written: Int, _ model: inout ReplicaSetModel) {
        guard model.node(node) != nil else {
            phase = .done(failed("the node is gone"))
            return
        }
        guard let message = rest.first else {
            phase = .waiting(.stored, written: written)
            return
        }
        if let refusal = model.insert(message, on: node) {
            phase = .waiting(.refused(after: written, refusal), written: written)
        } else {
            phase = .writing(rest: rest.dropFirst(), written: written + 1)
        }
    }

    private func read(_ model: ReplicaSetModel) -> LaneAnswer? {
        guard let node = model.node(node) else { return nil }
        switch request {
        case .inspect:
            return model.hasSchema ? .inspected(StorageRun("\(node.number)")) : failed("no schema")
        case .readTail(let room, _, _):
            return .tail(model.missingRooms.contains(room) ? nil : node.tail(of: room))
        case .verify(let room, let message, _):
            let found = node.log.first { $0.roomID == room && $0.seq == message.seq }
            return .held(message.id == nil ? found != nil : found?.id == message.id)
        case .lookUp(let room, let keys, _):
            return .messages(node.majority(of: room).filter { keys.contains($0.key) }.reversed())
        case .readPage(let room, let seqs):
            return .messages(node.majority(of: room).filter { seqs.contains($0.seq) })
        case .raiseEpoch:
            // Acknowledged by the majority, which a stale primary has not.
            return node.number == model.primary.number ? .epochRaised : failed("no majority")
        case .pause: return .paused
        case .append: return nil
        }
    }
}
