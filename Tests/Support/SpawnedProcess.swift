import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program that was started: what it writes and its end are told as they come.
///
/// Of the descriptors and the blocked signals of the tests' process it inherits none. Foundation's `Process` does pass on
/// descriptors, among them the one by which it notices the end of another child: then two tests can wait for each other's
/// services for ever.
final class SpawnedProcess: Sendable {
    enum Stream: Sendable {
        case output, error
    }

    private struct State {
        var hasEnded = false
        /// The end of the pipe to its standard input; nil once it is closed.
        var input: Int32?
    }

    /// One after the other: a descriptor is inherited until it is marked as not to be.
    private static let starting = Mutex(())

    let identifier: Int32
    private let state: Mutex<State>

    /// - Parameters:
    ///   - received: called with each part of what it writes, on a thread of its own; nil: it writes into nothing.
    ///   - ended: called once, after all that it wrote, with the exit status, or 128 and the number of the signal.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        received: (@Sendable (Stream, UnsafeRawBufferPointer) -> Void)?, ended: @escaping @Sendable (Int32) -> Void
    ) throws {
        let (input, output, error): (PipeEnds, PipeEnds?, PipeEnds?)
        (identifier, input, output, error) = try Self.starting.withLock { _ in
            let input = try PipeEnds()
            let output = try received.map { _ in try PipeEnds() }
            let error = try received.map { _ in try PipeEnds() }
            let identifier = try Self.spawn(
                executable, arguments, environment, input: input.reading, output: output?.writing, error: error?.writing
            )
            for descriptor in [input.reading, output?.writing, error?.writing].compactMap(\.self) { close(descriptor) }
            return (identifier, input, output, error)
        }
        state = Mutex(State(input: input.writing))
        let readers = DispatchGroup()
        for (stream, descriptor) in [(Stream.output, output?.reading), (.error, error?.reading)] {
            guard let descriptor, let received else { continue }
            readers.enter()
            Thread.detachNewThread {
                Self.read(descriptor) { received(stream, $0) }
                readers.leave()
            }
        }
        Thread.detachNewThread { [self] in
            let status = reap()
            // What it started itself may hold its output open for longer.
            _ = readers.wait(timeout: .now() + 2)
            ended(status)
        }
    }

    /// Sends a signal, unless the process has ended: the number could be another process' by then.
    func signal(_ number: Int32) {
        state.withLock { state in
            if !state.hasEnded { _ = kill(identifier, number) }
        }
    }

    /// Writes to its standard input; may wait until it reads.
    func write(_ bytes: [UInt8]) throws {
        guard let input = state.withLock(\.input) else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Self.writeWithoutSignal(input, $0) }
            guard count > 0 else {
                throw ChildProcess.Failure("its input is closed: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }

    func closeInput() {
        state.withLock { state in
            if let input = state.input { close(input) }
            state.input = nil
        }
    }

    deinit { closeInput() }

    // MARK: The end

    private func reap() -> Int32 {
        var info = siginfo_t()
        // It stays a zombie until nobody can send a signal any more, as its number stays its own so long.
        while waitid(P_PID, id_t(identifier), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return state.withLock { state in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.hasEnded = true
            let signal = status & 0x7f
            return signal == 0 ? (status >> 8) & 0xff : 128 + signal
        }
    }

    // MARK: Descriptors

    private struct PipeEnds {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw ChildProcess.Failure("no pipe: \(String(cString: strerror(errno)))")
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reading, writing) = (ends[0], ends[1])
        }
    }

    private static func read(_ descriptor: Int32, _ received: (UnsafeRawBufferPointer) -> Void) {
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            #if canImport(Darwin)
            let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #else
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count > 0 {
                received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }

    /// SIGPIPE would end the tests.
    private static func writeWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        if count < 0, errno == EPIPE {
            var none = timespec()
            _ = sigtimedwait(&blocked, nil, &none)
            errno = EPIPE
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return count
    }

    // MARK: Starting

    /// - Parameters output, error: nil: `/dev/null`.
    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String: String], input: Int32, output: Int32?,
        error: Int32?
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        for (descriptor, target) in [(output, Int32(1)), (error, 2)] {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of the cooperative pool block all signals, and a process inherits that: SIGTERM would never arrive.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var identifier: Int32 = 0
        let code = withCStrings([executable] + arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&identifier, executable, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            throw ChildProcess.Failure("\(executable) does not start: \(String(cString: strerror(code)))")
        }
        return identifier
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
