import TestSupport

/// One seeded run: people send and listen in several rooms of a cluster while faults happen; then everything is put
/// right, everyone finishes, and what was promised is checked.
struct ChaosRun: Sendable {
    struct Shape: Sendable {
        var rooms = 3
        var sendersPerRoom = 3
        /// One of them at `/events`.
        var listenersPerRoom = 3
        /// Messages that a sender has under way at once.
        var window = 8
        /// How long faults happen.
        var length: Duration = .seconds(15)
    }

    struct Report: Sendable {
        var summary = ""
        var violations: [String] = []
    }

    let cluster: ServiceCluster
    let seed: UInt64
    var shape = Shape()
    private let phase = RunPhase()

    init(cluster: ServiceCluster, seed: UInt64, shape: Shape = Shape()) {
        self.cluster = cluster
        self.seed = seed
        self.shape = shape
    }

    var plan: FaultPlan { FaultPlan(seed: seed, length: shape.length, nodes: cluster.nodes.count) }

    func run() async throws -> Report {
        async let sending = send()
        async let listening = listen()
        try await plan.carryOut(in: cluster)
        try await cluster.repair()
        phase.finish(within: .seconds(40))
        let sent = await sending
        var stored: [StoredRoom] = []
        for room in rooms { stored.append(try await StoredRoom.read(room, from: cluster)) }
        phase.end(
            lastSeqs: Dictionary(uniqueKeysWithValues: stored.map { ($0.id, $0.messages.count) }), within: .seconds(30))
        let logs = await listening + sent.map(\.log)
        return report(stored, sent.map(\.record), logs)
    }

    // MARK: Who takes part

    private var rooms: [String] { (1...shape.rooms).map { "room-\(seed)-\($0)" } }

    private func send() async -> [(record: SenderRecord, log: SeenLog)] {
        await withTaskGroup(of: (record: SenderRecord, log: SeenLog).self) { group in
            for (index, room) in rooms.enumerated() {
                for number in 1...shape.sendersPerRoom {
                    var sender = RoomSender(
                        room: room, user: "sender-\(index + 1)-\(number)", window: shape.window,
                        dialer: dialer(index * 100 + number), phase: phase)
                    group.addTask { await sender.run() }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func listen() async -> [SeenLog] {
        await withTaskGroup(of: SeenLog.self) { group in
            for (index, room) in rooms.enumerated() {
                for number in 1...shape.listenersPerRoom {
                    var listener = RoomListener(
                        room: room, user: "listener-\(index + 1)-\(number)", isEventListener: number == 1,
                        dialer: dialer(10_000 + index * 100 + number), phase: phase)
                    group.addTask { await listener.run() }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func dialer(_ number: Int) -> NodeDialer {
        NodeDialer(nodes: cluster.nodes, seed: seed &+ UInt64(number) &* 0x1_0000_0001)
    }

    // MARK: What came of it

    private func report(_ stored: [StoredRoom], _ records: [SenderRecord], _ logs: [SeenLog]) -> Report {
        var report = Report()
        report.violations = cluster.nodes.compactMap(\.fault)
        report.violations += records.flatMap(\.violations) + logs.flatMap(\.violations)
        for room in stored {
            report.violations += room.violations(
                senders: records.filter { $0.room == room.id }, logs: logs.filter { $0.room == room.id })
        }
        let count = stored.reduce(0) { $0 + $1.messages.count }
        report.summary = """
            seed \(seed): \(count) messages in \(stored.count) rooms, \(plan.tracks.joined().count) faults, \
            \(records.reduce(0) { $0 + $1.duplicates }) duplicates, \(records.reduce(0) { $0 + $1.refusals }) refusals, \
            \(logs.reduce(0) { $0 + $1.sockets }) sockets
            """
        if count < shape.rooms * shape.sendersPerRoom * 10 {
            report.violations.append("only \(count) messages were stored: the run tested little")
        }
        return report
    }
}
