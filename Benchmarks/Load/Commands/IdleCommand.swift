import ArgumentParser

/// Sockets that do nothing: how fast they open and what they cost in memory. They open twice: first everyone is new to
/// the service, then all come back, as after a cut of the network.
struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "idle", abstract: "Many idle sockets.")

    @OptionGroup var options: TargetOptions

    @Option var rooms = 1_000
    @Option var clientsPerRoom = 10
    @Option(help: "How long they stay before the memory is read.")
    var holdSeconds = 2.0

    func run() throws {
        let count = rooms * clientsPerRoom
        try options.needSockets(count)
        var engine = try Engine(
            target: options.target(), rooms: options.roomNames(rooms), clientsPerRoom: clientsPerRoom)
        let before = options.watched.usage()
        let newSeconds = try engine.open(0..<count, atOnce: options.atOnce)
        engine.run(seconds: holdSeconds)
        let held = options.watched.usage()
        for index in 0..<count { engine.close(index) }
        engine.run(seconds: 1)
        let begin = options.watched.usage()
        let againSeconds = try engine.open(0..<count, atOnce: options.atOnce)
        let end = options.watched.usage()
        try Output.write([
            "event": "report", "clients": count, "open_seconds": newSeconds, "reopen_seconds": againSeconds,
            "closed": engine.counters.closed, "complaints": engine.complaints, "errors": engine.counters.errors,
            "held": UsageReport.make(before: before, begin: before, end: held),
            "processes": UsageReport.make(before: before, begin: begin, end: end),
        ])
    }
}
