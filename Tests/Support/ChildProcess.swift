import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program that a test started: what it prints, signals, and its end. It ends with the last reference, or with the
/// process of the test, however that ends.
package final class ChildProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    package enum Stream: Sendable {
        case output, error
    }

    private struct Progress {
        var output: [UInt8] = []
        var error: [UInt8] = []
        var status: Int32?
        var waiting: [CheckedContinuation<Void, Never>] = []

        mutating func append(_ bytes: UnsafeRawBufferPointer, to stream: SpawnedProcess.Stream) {
            switch stream {
            case .output: Self.append(bytes, to: &output)
            case .error: Self.append(bytes, to: &error)
            }
        }

        private static func append(_ bytes: UnsafeRawBufferPointer, to kept: inout [UInt8]) {
            kept += bytes
            if kept.count > 2 * keptBytes { kept.removeFirst(kept.count - keptBytes) }
        }

        func text(_ stream: Stream) -> String {
            String(decoding: stream == .output ? output : error, as: UTF8.self)
        }
    }

    private final class Shared: Sendable {
        let progress = Mutex(Progress())

        func change(_ change: (inout Progress) -> Void) {
            let waiting = progress.withLock { progress in
                change(&progress)
                defer { progress.waiting = [] }
                return progress.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// What is kept of each stream, at least.
    private static let keptBytes = 200_000

    private let shared: Shared
    private let process: SpawnedProcess
    // Its input ends with this object, or with the tests' process.
    private let watchdog: SpawnedProcess

    package var identifier: Int32 { process.identifier }

    /// - Parameter environment: added to the test's own.
    package init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let shared = Shared()
        let watchdog = try Self.makeWatchdog()
        process = try SpawnedProcess(
            executable, arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        ) { stream, bytes in
            shared.change { $0.append(bytes, to: stream) }
        } ended: { status in
            // First of all: the number may be another process' from now on.
            watchdog.signal(SIGKILL)
            shared.change { $0.status = status }
        }
        try watchdog.write(Array("\(process.identifier)\n".utf8))
        self.shared = shared
        self.watchdog = watchdog
    }

    deinit {
        signal(SIGKILL)
        process.closeInput()
    }

    /// Sends a signal, unless the process has ended.
    package func signal(_ number: Int32) { process.signal(number) }

    package func write(_ text: String) throws { try process.write(Array(text.utf8)) }

    package func closeInput() { process.closeInput() }

    /// What was printed so far.
    package func text(_ stream: Stream) -> String {
        shared.progress.withLock { $0.text(stream) }
    }

    /// The exit status, or 128 and the number of the signal; nil while it runs.
    package var exitStatus: Int32? { shared.progress.withLock(\.status) }

    /// Waits for the end. Returns the exit status, or 128 and the number of the signal.
    @discardableResult
    package func ended() async -> Int32 {
        while true {
            if let status = shared.progress.withLock(\.status) { return status }
            await change { $0.status != nil }
        }
    }

    /// Waits for a whole line that starts so, and returns the rest of it.
    /// - Throws: when the process ends, or the limit passes, without it.
    package func line(startingWith prefix: String, on stream: Stream, within limit: Duration) async throws -> String {
        let line = try await self.line(on: stream, within: limit, "\"\(prefix)\"") { $0.hasPrefix(prefix) }
        return String(line.dropFirst(prefix.count))
    }

    /// Waits for a whole line that holds this text, and returns what follows it.
    /// - Throws: when the process ends, or the limit passes, without it.
    package func line(containing text: String, on stream: Stream, within limit: Duration) async throws -> Substring {
        let line = try await self.line(on: stream, within: limit, "\"\(text)\"") { $0.contains(text) }
        return line.firstRange(of: text).map { line[$0.upperBound...] } ?? line
    }

    /// Waits until so many whole lines hold this text.
    /// - Throws: when the process ends, or the limit passes, without them.
    package func lines(
        _ count: Int = 1, containing text: String, on stream: Stream, within limit: Duration
    ) async throws {
        var found = 0
        _ = try await line(on: stream, within: limit, "\(count) × \"\(text)\"", startingOver: { found = 0 }) { line in
            if line.contains(text) { found += 1 }
            return found >= count
        }
    }

    private func line(
        on stream: Stream, within limit: Duration, _ what: String, startingOver: () -> Void = {},
        _ isWanted: (Substring) -> Bool
    ) async throws -> Substring {
        let deadline = ContinuousClock.now.advanced(by: limit)
        let alarm = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            shared.change { _ in }
        }
        defer { alarm.cancel() }
        func found(in progress: borrowing Progress) -> Substring? {
            startingOver()
            return progress.text(stream).split(separator: "\n", omittingEmptySubsequences: false).dropLast().first(
                where: isWanted)
        }
        while true {
            let (line, status) = shared.progress.withLock { (found(in: $0), $0.status) }
            if let line { return line }
            if let status {
                throw Failure("ended with \(status) without \(what):\n\(text(.output))\n\(text(.error).suffix(4_000))")
            }
            guard ContinuousClock.now < deadline else {
                throw Failure("no \(what) in time:\n\(text(.output))\n\(text(.error).suffix(4_000))")
            }
            await change { found(in: $0) != nil || $0.status != nil || ContinuousClock.now >= deadline }
        }
    }

    private func change(_ condition: (borrowing Progress) -> Bool) async {
        await withCheckedContinuation { continuation in
            let already = shared.progress.withLock { progress in
                if condition(progress) { return true }
                progress.waiting.append(continuation)
                return false
            }
            if already { continuation.resume() }
        }
    }

    /// A shell that reads the number of a process, waits for the end of its input, and then kills that process.
    private static func makeWatchdog() throws -> SpawnedProcess {
        try SpawnedProcess(
            "/bin/sh", ["-c", "read -r process; read -r _; kill -9 $process 2>/dev/null"], environment: [:],
            received: nil
        ) { _ in }
    }
}
