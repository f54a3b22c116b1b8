import ArgumentParser
import Glibc

/// Takes a share of its core, as the load does that the database shares its core with: so the bare inserts meet the
/// same contention as the service's.
struct BurnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "burn", abstract: "Takes a share of a core.")

    @Option(help: "0 to 1.")
    var share: Double
    @Option(help: "After so long it ends by itself.")
    var seconds = 60.0

    func run() throws {
        // About as long as the load is busy with one broadcast.
        let period = 4_000_000.0
        let start = Clock.nanoseconds
        while Clock.seconds(since: start) < seconds {
            let turn = Clock.threadNanoseconds
            while Double(Clock.threadNanoseconds - turn) < period * share {}
            usleep(UInt32(period * (1 - share) / 1_000))
        }
    }
}
