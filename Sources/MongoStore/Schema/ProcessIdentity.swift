#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// This process, as others can look for it.
struct ProcessIdentity: Sendable, Hashable {
    var host: String
    var pid: Int32
    /// The boot of the machine and the process namespace: only within the same one do process ids mean the same. Empty
    /// where the system does not say it.
    var machine: String

    static let current = ProcessIdentity(
        host: hostName(), pid: getpid(),
        machine: [bootID(), processNamespace()].compactMap(\.self).joined(separator: " "))

    /// Whether a process of this machine has certainly ended; false when that cannot be known from here.
    func hasEnded(_ pid: Int32, machine: String) -> Bool {
        guard !machine.isEmpty, machine == self.machine, pid > 0 else { return false }
        return kill(pid, 0) == -1 && errno == ESRCH
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return text(buffer)
    }

    private static func bootID() -> String? {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return nil }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 64)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
        return String(text(buffer).prefix { !$0.isNewline })
    }

    private static func processNamespace() -> String? {
        var buffer = [CChar](repeating: 0, count: 128)
        guard readlink("/proc/self/ns/pid", &buffer, buffer.count - 1) > 0 else { return nil }
        return text(buffer)
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
