internal import ChatClient
#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Performs what a session asks for: one loop takes everything that happens, in order.
struct SessionDriver {
    private var session: RoomSession
    private let network: SessionNetwork
    private let inputs: AsyncStream<SessionInput>
    private let room: String
    private let start = ContinuousClock.now
    private var timer: Task<Void, Never>?
    private var timerDeadline: Int64?

    init(session: RoomSession, endpoint: RoomEndpoint, tokens: TokenSource, room: String) {
        let (inputs, continuation) = AsyncStream<SessionInput>.makeStream()
        self.session = session
        self.inputs = inputs
        self.network = SessionNetwork(endpoint: endpoint, tokens: tokens, inputs: continuation)
        self.room = room
    }

    /// Random, so that no two sessions send the same `client_id`.
    static func newClientIDPrefix() -> String {
        String(UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20))
    }

    // MARK: the two ways to run

    consuming func runInPipe() async -> SessionExit {
        var driver = self
        var display = PipeDisplay()
        let sink = driver.network.inputs
        let source = PipeInput { line in sink.yield(line.map { .line($0) } ?? .endOfInput) }
        let signals = Signals(ending: { sink.yield(.signal) })
        defer { withExtendedLifetime(signals) {} }
        // Exactly one line is asked for at a time, and none while too many wait.
        var isReading = true
        source.readNext()
        if let status = await driver.handle(.start, &display) { return status }
        for await input in driver.inputs {
            if case .line = input { isReading = false }
            guard let event = driver.event(for: input) else { continue }
            if let status = await driver.handle(event, &display) { return status }
            if !display.isRead { return .brokenPipe }
            if !isReading, !driver.session.inputIsOver, driver.session.takesLines {
                isReading = true
                source.readNext()
            }
        }
        return .success
    }

    consuming func runAtTerminal() async -> SessionExit {
        var driver = self
        var display = TerminalDisplay(room: driver.room)
        let sink = driver.network.inputs
        let signals = Signals(ending: { sink.yield(.signal) }, resized: { sink.yield(.resized) })
        RawTerminal.enter()
        defer {
            display.leave()
            RawTerminal.restore()
            withExtendedLifetime(signals) {}
        }
        RawTerminal.readKeys { bytes in sink.yield(bytes.isEmpty ? .endOfInput : .bytes(bytes)) }
        var keyboard = Keyboard()
        if let status = await driver.handle(.start, &display) { return status }
        for await input in driver.inputs {
            switch input {
            case .bytes(let bytes):
                for event in keyboard.events(for: bytes, &display) {
                    if let status = await driver.handle(event, &display) { return status }
                }
            case .resized:
                display.resized()
            default:
                guard let event = driver.event(for: input) else { continue }
                if let status = await driver.handle(event, &display) { return status }
            }
        }
        return .success
    }

    // MARK: events and actions

    /// - Returns: the exit status when the session has ended.
    private mutating func handle(_ event: SessionEvent, _ display: inout some SessionDisplay) async -> SessionExit? {
        var end: SessionExit?
        for action in session.handle(event, now: now) {
            switch action {
            case .show(let line): display.show(line)
            case .finish(let status): end = status
            default: network.perform(action)
            }
        }
        let typing = session.roster.currentlyTyping(now: now).map(session.roster.name(of:))
        display.update(session.status, typing: typing)
        if let end {
            timer?.cancel()
            await network.close()
            return end
        }
        setTimer()
        return nil
    }

    /// What an input means to the session; `nil` when it is of an earlier connection or means nothing.
    private func event(for input: SessionInput) -> SessionEvent? {
        switch input {
        case .line(let line): .line(line)
        case .endOfInput: .endOfInput
        case .signal: .interrupted
        case .deadline: .deadline
        case .page(let event): event
        case .bytes, .resized: nil
        case .opened, .frame, .ended, .pong: network.event(for: input)
        }
    }

    /// Milliseconds since the driver was made.
    private var now: Int64 {
        let time = start.duration(to: .now).components
        return time.seconds * 1_000 + time.attoseconds / 1_000_000_000_000_000
    }

    private mutating func setTimer() {
        let deadline = session.nextDeadline
        guard deadline != timerDeadline || deadline.map({ $0 <= now }) == true else { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = deadline.map { deadline in
            // One millisecond more, because the clock of the session is cut to whole ones.
            let instant = start + .milliseconds(deadline + 1)
            return Task { [inputs = network.inputs] in
                try? await Task.sleep(until: instant, clock: .continuous)
                if !Task.isCancelled { inputs.yield(.deadline) }
            }
        }
    }
}
