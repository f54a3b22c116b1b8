internal import Dispatch
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Reads lines from the standard input on a thread of its own, one for each time it is asked, so that a long input
/// waits in its pipe and not in memory.
final class PipeInput: Sendable {
    /// What is longer is cut; no message may be nearly as long.
    private static let maximumLineBytes = 1 << 20

    private let wanted = DispatchSemaphore(value: 0)

    /// - Parameter deliver: gets each line without its line end, then `nil` at the end of the input.
    init(deliver: @escaping @Sendable (String?) -> Void) {
        let thread = DispatchQueue(label: "input")
        thread.async { [wanted] in
            var reader = LineReader()
            while true {
                wanted.wait()
                guard let line = reader.next() else { return deliver(nil) }
                deliver(line)
            }
        }
    }

    /// Asks for one more line.
    func readNext() { wanted.signal() }

    private struct LineReader {
        private var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        private var pending: ArraySlice<UInt8> = []
        private var hasEnded = false

        mutating func next() -> String? {
            var line: [UInt8] = []
            while true {
                if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    append(pending[..<end], to: &line)
                    pending = pending[(end + 1)...]
                    break
                }
                append(pending, to: &line)
                pending = []
                guard fill() else {
                    if line.isEmpty { return nil }
                    break
                }
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            return String(decoding: line, as: UTF8.self)
        }

        private func append(_ bytes: ArraySlice<UInt8>, to line: inout [UInt8]) {
            line += bytes.prefix(PipeInput.maximumLineBytes - line.count)
        }

        private mutating func fill() -> Bool {
            guard !hasEnded else { return false }
            while true {
                let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    hasEnded = true
                    return false
                }
                pending = buffer[..<count]
                return true
            }
        }
    }
}
