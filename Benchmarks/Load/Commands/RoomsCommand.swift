import ArgumentParser
import Glibc

/// Rooms full of clients of which some send. Closed loop: each sender has a fixed number of messages in flight, and
/// sends the next when one came back to it. Or steady: so many messages a second, each timed from when it was due.
struct RoomsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rooms", abstract: "Messages in rooms.")

    @OptionGroup var options: TargetOptions

    @Option var rooms = 1
    @Option var clientsPerRoom = 1_000
    @Option var sendersPerRoom = 4
    @Option(help: "Messages in flight for each sender.")
    var inFlight = 1
    @Option(help: "Messages a second, all senders together, instead of a closed loop.")
    var rate: Double?
    @Option(help: "Clients of each room that stop reading.")
    var stalledPerRoom = 0
    @Option(help: "Clients of each room, besides the senders, for which the time of each message is measured.")
    var sampledPerRoom = 16
    @Option(help: "Length of a message's content.")
    var contentBytes = 64
    @Option var warmUpSeconds = 1.0
    @Option var seconds = 5.0

    func run() throws {
        try options.needSockets(rooms * clientsPerRoom)
        var engine = try Engine(
            target: options.target(), rooms: options.roomNames(rooms), clientsPerRoom: clientsPerRoom,
            contentBytes: contentBytes)
        let senders = assignRoles(&engine)
        let before = options.watched.usage()
        let openSeconds = try engine.open(0..<(rooms * clientsPerRoom), atOnce: options.atOnce)
        // Those who came last are told to all; that must not count as load.
        engine.run(seconds: 1)

        engine.isSending = rate == nil
        if rate == nil {
            for sender in senders { for _ in 0..<inFlight { engine.send(from: sender) } }
        }
        run(&engine, senders, seconds: warmUpSeconds)
        try Output.write(["event": "begin"])
        let (begin, counters, start) = (options.watched.usage(), engine.counters, Clock.nanoseconds)
        engine.isMeasuring = true
        run(&engine, senders, seconds: seconds)
        engine.isMeasuring = false
        let (end, passed) = (options.watched.usage(), Clock.seconds(since: start))
        let last = engine.counters
        try Output.write(["event": "end"])

        engine.isSending = false
        let isDrained = engine.run(limitSeconds: 15) { engine in
            engine.unansweredCount() == 0 && engine.unacknowledgedCount() == 0 && engine.missingCount() == 0
        }
        var report: [String: Any] = [
            "event": "report", "clients": rooms * clientsPerRoom, "open_seconds": openSeconds, "seconds": passed,
            "deliveries": last.deliveries - counters.deliveries, "messages": last.messages - counters.messages,
            "bytes": last.bytes - counters.bytes, "reads": last.reads - counters.reads,
            "lost": Int64(engine.counters.lost) + engine.missingCount(), "duplicates": engine.counters.duplicates,
            "unanswered": engine.unansweredCount(), "errors": engine.counters.errors, "is_drained": isDrained,
            "unacknowledged": engine.unacknowledgedCount(),
            "closed": engine.counters.closed, "complaints": engine.complaints,
            "own": UsageReport.quantiles(engine.latency.own), "others": UsageReport.quantiles(engine.latency.others),
            "processes": UsageReport.make(before: before, begin: begin, end: end),
        ]
        if stalledPerRoom > 0 { report["stalled_closed"] = endStalled(engine) }
        try Output.write(report)
    }

    /// Spreads the senders and those who are measured evenly over each room, since the order in which clients came
    /// is the order in which they are served.
    private func assignRoles(_ engine: inout Engine) -> [Int] {
        var senders: [Int] = []
        for room in 0..<rooms {
            func place(_ number: Int, of count: Int) -> Int {
                room * clientsPerRoom + (2 * number + 1) * clientsPerRoom / (2 * count)
            }
            let own = (0..<sendersPerRoom).map { place($0, of: sendersPerRoom) }
            for number in 0..<sampledPerRoom { engine.setRole(of: place(number, of: sampledPerRoom), isSampled: true) }
            for number in 0..<stalledPerRoom { engine.setRole(of: place(number, of: stalledPerRoom), isStalled: true) }
            for sender in own { engine.setRole(of: sender, isSender: true) }
            senders += own
        }
        return senders
    }

    private func run(_ engine: inout Engine, _ senders: [Int], seconds: Double) {
        guard let rate else { return engine.run(seconds: seconds) }
        let start = Clock.nanoseconds
        for number in 0..<Int(seconds * rate) {
            let due = start + UInt64(Double(number) / rate * 1e9)
            while case let now = Clock.nanoseconds, now < due {
                // Within the last millisecond it looks all the time, as epoll's wait is no finer.
                engine.turn(waiting: Int32(clamping: (due - now) / 1_000_000))
            }
            engine.send(from: senders[number % senders.count], at: due)
        }
    }

    /// How many of those who stopped reading the service gave up: they read what is left and come to an end. The others
    /// get current again and stay.
    private func endStalled(_ engine: borrowing Engine) -> Int {
        var open = engine.clients.filter(\.isStalled).map(\.socket)
        let count = open.count
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let start = Clock.nanoseconds
        while !open.isEmpty, Clock.seconds(since: start) < 5 {
            open.removeAll { socket in
                var count = 0
                repeat {
                    count = recv(socket, &bytes, bytes.count, 0)
                } while count > 0
                return count == 0 || errno != EAGAIN
            }
            usleep(10_000)
        }
        return count - open.count
    }
}
