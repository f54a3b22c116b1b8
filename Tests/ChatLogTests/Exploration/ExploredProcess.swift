import BSON
import Chat
@testable import ChatLog
import Synchronization

/// One process of an exploration: what `WriterLane` does, with each call to storage cut into its parts, what its people
/// look at, and a clock that goes wrong.
final class ExploredProcess {
    let number: Int
    let feed = ExploredFeed()
    let ids: ObjectIDGenerator
    /// By how many milliseconds its wall clock is wrong.
    let skew: ExploredClock
    let limits: WriterLane.Limits
    var mailbox: LaneMailbox
    var machine: LaneMachine
    var isDraining = false
    var call: ExploredCall?
    /// The node that it is connected to.
    var node: Int
    /// Rooms whose newest messages were read, up to here, but not shown yet.
    var opening: [(room: RoomID, seq: Int64)] = []
    /// What a look for other processes' messages found, not shown yet.
    var polled: [(room: RoomID, messages: [Message])] = []
    /// Rooms of which messages were lost that it may have seen, until it says so; and those of which it acknowledged
    /// one.
    var mayReport: Set<RoomID> = []
    var mustReport: Set<RoomID> = []
    var acknowledged: [RoomID: Int64] = [:]

    init(number: Int, node: Int, limits: WriterLane.Limits, time: ExploredClock, skew: Int64) {
        self.number = number
        self.node = node
        self.limits = limits
        let skew = ExploredClock(skew)
        self.skew = skew
        ids = ObjectIDGenerator(wallClock: { time.now + skew.now }, random: UInt64(number))
        mailbox = LaneMailbox(limits: limits)
        machine = LaneMachine(feed: feed, ids: ids, limits: limits)
    }

    func submit(_ submission: Submission, now: ContinuousClock.Instant) {
        switch mailbox.submit(submission, now: now) {
        case .start: isDraining = true
        case .queued: break
        case .refused(let error): submission.ticket.settle(.failure(error))
        }
    }

    func expire(now: ContinuousClock.Instant) {
        let (late, starts) = mailbox.expire(now: now)
        for ticket in late { ticket.settle(.failure(RoomLog.timedOut)) }
        if starts { isDraining = true }
    }

    func suspend(now: ContinuousClock.Instant) {
        let error = ChatError.unavailable("suspended")
        let (refused, starts) = mailbox.suspend(error, now: now)
        for submission in refused { submission.ticket.settle(.failure(error)) }
        if starts { isDraining = true }
    }

    /// The lane's thread, up to its next request.
    func nextRequest(now: ContinuousClock.Instant) -> LaneRequest? {
        while true {
            let taken = mailbox.take(isBusy: machine.isBusy(now: now), retryAt: machine.retryAt)
            if taken.isOver {
                isDraining = false
                return nil
            }
            machine.take(taken)
            let request = machine.next(now: now)
            perform(machine.takeActions(), now: now)
            if let request { return request }
        }
    }

    func answer(_ answer: LaneAnswer, now: ContinuousClock.Instant) {
        call = nil
        machine.answer(answer, now: now)
        perform(machine.takeActions(), now: now)
    }

    private func perform(_ actions: [LaneAction], now: ContinuousClock.Instant) {
        let behind = mailbox.note(actions, now: now)
        for action in actions {
            switch action {
            case .settle(let ticket, let result): ticket.settle(result)
            case .rolledBack(let room, let from, let to): feed.rolledBack(room, from: from, to: to)
            case .roomMissing, .unreadable, .failed, .deliver, .catchUp, .moved, .interrupted: break
            }
        }
        for submission in behind { submission.ticket.settle(.failure(LaneMailbox.interrupted)) }
    }
}

/// Milliseconds, as the exploration sets them.
final class ExploredClock: Sendable {
    private let time: Atomic<Int64>

    init(_ milliseconds: Int64) {
        time = Atomic(milliseconds)
    }

    var now: Int64 { time.load(ordering: .relaxed) }

    func advance(by milliseconds: Int64) {
        time.add(milliseconds, ordering: .relaxed)
    }
}
