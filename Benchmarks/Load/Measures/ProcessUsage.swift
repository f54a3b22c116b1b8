import Foundation

/// What a process has used so far, as Linux tells it in /proc (proc(5)).
struct ProcessUsage {
    /// Of all its threads, in user and kernel mode.
    var cpuSeconds: Double
    var residentBytes: Int

    /// - Returns: nil when there is no such process.
    init?(process: Int) {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            // The name in parentheses may hold anything, so fields are counted from its end.
            let nameEnd = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[nameEnd...].split(separator: " ")
        // utime and stime are fields 14 and 15, rss is field 24; the first one here is field 2.
        guard fields.count > 22, let user = Double(fields[12]), let system = Double(fields[13]),
            let pages = Int(fields[22])
        else { return nil }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
