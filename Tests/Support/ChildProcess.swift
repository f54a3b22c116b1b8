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
        var output = ""
        var error = ""
        var status: Int32?
        var waiting: [CheckedContinuation<Void, Never>] = []
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

    /// What is kept of each stream, in characters.
    private static let keptOutput = 200_000

    package let identifier: Int32
    private let shared: Shared
    private let input: Pipe
    // Closing it (with this object, or with the test's process) wakes the watchdog.
    private let lifeline: Pipe

    /// - Parameter environment: added to the test's own.
    package init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let shared = Shared()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let (input, output, error) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = error
        Self.collect(output, into: shared, \.output)
        Self.collect(error, into: shared, \.error)
        process.terminationHandler = { process in
            let status =
                process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
            shared.change { $0.status = status }
        }
        try process.runReachableBySignals()
        self.shared = shared
        self.input = input
        identifier = process.processIdentifier
        ProcessEnd.watch(identifier) { status in
            shared.change { $0.status = $0.status ?? status }
        }
        lifeline = try Self.watch(identifier)
    }

    deinit {
        signal(SIGKILL)
        try? lifeline.fileHandleForWriting.close()
    }

    /// Sends a signal, unless the process has ended: the number could be another process' by then.
    package func signal(_ number: Int32) {
        shared.progress.withLock { progress in
            if progress.status == nil { _ = kill(identifier, number) }
        }
    }

    package func write(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    package func closeInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// What was printed so far.
    package func text(_ stream: Stream) -> String {
        shared.progress.withLock { stream == .output ? $0.output : $0.error }
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
            let text = stream == .output ? progress.output : progress.error
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().first(where: isWanted)
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

    private static func collect(
        _ pipe: Pipe, into shared: Shared, _ path: any WritableKeyPath<Progress, String> & Sendable
    ) {
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            shared.change { progress in
                progress[keyPath: path] = String(
                    (progress[keyPath: path] + String(decoding: data, as: UTF8.self)).suffix(keptOutput))
            }
        }
    }

    /// A shell that waits for the end of its input and then kills the process.
    private static func watch(_ identifier: Int32) throws -> Pipe {
        let watchdog = Process()
        watchdog.executableURL = URL(fileURLWithPath: "/bin/sh")
        watchdog.arguments = ["-c", "read -r _; kill -9 \(identifier) 2>/dev/null"]
        let lifeline = Pipe()
        watchdog.standardInput = lifeline
        watchdog.standardOutput = FileHandle.nullDevice
        watchdog.standardError = FileHandle.nullDevice
        try watchdog.runReachableBySignals()
        return lifeline
    }
}
