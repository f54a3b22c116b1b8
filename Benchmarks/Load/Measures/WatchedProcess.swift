import ArgumentParser
import Glibc

/// A process whose use of CPU and memory is to be told: `service=1234`.
struct WatchedProcess: ExpressibleByArgument {
    let name: String
    let process: Int

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let process = Int(parts[1]) else { return nil }
        name = String(parts[0])
        self.process = process
    }

    var usage: ProcessUsage? { ProcessUsage(process: process) }
}

extension [WatchedProcess] {
    /// Of each, and of this process as `load`.
    func usage() -> [String: ProcessUsage] {
        reduce(into: ["load": ProcessUsage(process: Int(getpid()))]) { $0[$1.name] = $1.usage }.compactMapValues { $0 }
    }
}
