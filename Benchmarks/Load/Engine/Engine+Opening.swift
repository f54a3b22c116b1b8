extension Engine {
    /// Opens these clients, a few hundred at a time, and waits until each got its first frame.
    ///
    /// - Parameter cursors: whether each comes back with the cursor of its last `hello`.
    /// - Returns: seconds that it took.
    /// - Throws: `LoadError` when one was refused or it took more than the limit.
    mutating func open(
        _ indices: some Collection<Int>, atOnce: Int, withCursors: Bool = false, limitSeconds: Double = 180
    ) throws -> Double {
        let start = Clock.nanoseconds
        let wanted = openCount + indices.count
        for index in indices {
            try open(index, cursor: withCursors ? cursors[index] : nil)
            // Also while there is room, so that answers do not pile up.
            turn(waiting: 0)
            while openingCount >= atOnce {
                turn(waiting: 100)
                try checkOpening(start, limitSeconds)
            }
        }
        while openCount < wanted {
            turn(waiting: 100)
            try checkOpening(start, limitSeconds)
        }
        return Clock.seconds(since: start)
    }

    private func checkOpening(_ start: UInt64, _ limitSeconds: Double) throws {
        guard closedCount == 0 else { throw LoadError("a client was refused: \(complaints.first ?? "")") }
        guard Clock.seconds(since: start) < limitSeconds else {
            throw LoadError("only \(openCount) clients were open after \(limitSeconds) seconds")
        }
    }

    /// Takes what arrives for some time.
    mutating func run(seconds: Double) {
        let start = Clock.nanoseconds
        while Clock.seconds(since: start) < seconds { turn(waiting: 10) }
    }

    /// Takes what arrives until the condition holds.
    /// - Returns: false when it did not within the limit.
    mutating func run(limitSeconds: Double, until condition: (borrowing Engine) -> Bool) -> Bool {
        let start = Clock.nanoseconds
        while !condition(self) {
            guard Clock.seconds(since: start) < limitSeconds else { return false }
            turn(waiting: 10)
        }
        return true
    }

    /// The highest number that somebody of each room has.
    func lastSeqs() -> [Int64] {
        var last = [Int64](repeating: 0, count: roomNames.count)
        for client in clients { last[Int(client.room)] = max(last[Int(client.room)], client.nextSeq - 1) }
        return last
    }

    /// How many messages did not reach those who read.
    func missingCount() -> Int64 {
        let last = lastSeqs()
        return clients.reduce(0) { missing, client in
            client.isStalled ? missing : missing + last[Int(client.room)] - (client.nextSeq - 1)
        }
    }

    /// Messages that were not answered with an `ack`.
    func unacknowledgedCount() -> Int {
        clients.reduce(0) { $0 + Int($1.sent) } - Int(counters.acknowledgements)
    }

    /// Messages that did not come back to their sender.
    func unansweredCount() -> UInt32 {
        clients.reduce(0) { $0 + $1.inFlight }
    }
}
