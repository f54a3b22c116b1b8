#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A file that is read or created as a whole, with its owner and mode from the same open file, so that nothing
/// can be swapped between a check and its use.
struct SmallFile {
    let path: String

    struct Contents {
        let bytes: [UInt8]
        /// The permission bits, such as 0o600.
        let mode: mode_t
        let owner: uid_t
    }

    struct Failure: Error, CustomStringConvertible {
        let number: Int32
        let description: String

        static let tooLarge = Failure(number: EFBIG, description: "it is too large")
        static let notRegular = Failure(number: EINVAL, description: "it is not a regular file")

        static func system(_ number: Int32 = errno) -> Failure {
            Failure(number: number, description: String(cString: strerror(number)))
        }
    }

    func read(maximumBytes: Int) throws(Failure) -> Contents {
        // Not blocking, because somebody may have put a pipe there; regular files do not care.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes[count...].withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw .system() }
            if got == 0 { break }
            count += got
        }
        guard count <= maximumBytes else { throw .tooLarge }
        return Contents(
            bytes: Array(bytes[..<count]), mode: status.st_mode & 0o7777, owner: status.st_uid)
    }

    /// Creates the file with mode 0600 and all of its bytes at once, unless it is there already. Of several
    /// processes at the same time exactly one creates it, and no one ever sees a part of it.
    ///
    /// - Returns: whether this call created it.
    func createIfMissing(_ bytes: [UInt8]) throws(Failure) -> Bool {
        let temporary = "\(path).\(getpid()).\(UInt64.random(in: .min ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system() }
        defer {
            close(descriptor)
            unlink(temporary)
        }
        // The mode given to `open` passes through the umask, which may take even the owner's bits.
        guard fchmod(descriptor, 0o600) == 0 else { throw .system() }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system() }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .system() }
        // `link` fails when the name is taken, where `rename` would replace the other's file.
        if link(temporary, path) == 0 { return true }
        guard errno == EEXIST else { throw .system() }
        return false
    }
}

/// `read(2)`, under a name that the method above does not hide.
private func systemRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, target, count)
}
