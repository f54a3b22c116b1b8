import ArgumentParser

/// Everyone comes back at once with a cursor that lies behind: how long until all are current.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "All come back with a cursor.")

    @OptionGroup var options: TargetOptions

    @Option var rooms = 50
    @Option var clientsPerRoom = 100
    @Option(help: "Messages that each missed.")
    var behind: Int64 = 100

    func run() throws {
        let count = rooms * clientsPerRoom
        try options.needSockets(count)
        var engine = try Engine(
            target: options.target(), rooms: options.roomNames(rooms), clientsPerRoom: clientsPerRoom)
        let before = options.watched.usage()
        let openSeconds = try engine.open(0..<count, atOnce: options.atOnce)
        engine.run(seconds: 1)
        guard engine.cursors.count == count else {
            throw LoadError("only \(engine.cursors.count) of \(count) clients were told a cursor")
        }
        // The first of each room stays and writes what the others miss.
        let writers = (0..<rooms).map { $0 * clientsPerRoom }
        let others = (0..<count).filter { $0 % clientsPerRoom != 0 }
        for index in others { engine.close(index) }
        for writer in writers { engine.setRole(of: writer, isSender: true) }
        for _ in 0..<behind {
            for writer in writers { engine.send(from: writer) }
            guard engine.run(limitSeconds: 30, until: { $0.unansweredCount() == 0 }) else {
                throw LoadError("messages were not stored in time")
            }
        }
        let begin = options.watched.usage()
        let counters = engine.counters
        let start = Clock.nanoseconds
        _ = try engine.open(others, atOnce: options.atOnce, withCursors: true)
        let isCurrent = engine.run(limitSeconds: 30) { $0.missingCount() == 0 }
        let seconds = Clock.seconds(since: start)
        let end = options.watched.usage()
        try Output.write([
            "event": "report", "clients": others.count, "open_seconds": openSeconds, "current_seconds": seconds,
            "is_current": isCurrent, "deliveries": engine.counters.deliveries - counters.deliveries,
            "resumed": engine.counters.resumed, "resyncs": engine.counters.resyncs,
            "lost": Int64(engine.counters.lost) + engine.missingCount(), "duplicates": engine.counters.duplicates,
            "errors": engine.counters.errors, "closed": engine.counters.closed, "complaints": engine.complaints,
            "processes": UsageReport.make(before: before, begin: begin, end: end),
        ])
    }
}
