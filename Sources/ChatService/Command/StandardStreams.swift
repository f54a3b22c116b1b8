#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Unbuffered writing to the standard streams.
enum StandardStreams {
    /// - Returns: whether everything was written; `false` when nobody reads the other end any more.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) -> Bool {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN {
                // Somebody made the terminal non-blocking; wait until it takes more.
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = systemPoll(&poll)
                continue
            }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// A line on the standard error, with the program's name in front.
    static func error(_ message: String) {
        write("chat: \(message)\n", to: STDERR_FILENO)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func systemPoll(_ entry: inout pollfd) -> Int32 { poll(&entry, 1, -1) }
