import ArgumentParser
import Foundation
import MongoStore

/// The command's exit codes: those of sysexits(3) where one fits.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case pending = 3
    case different = 4
    case usage = 64
    case data = 65
    case unavailable = 69
    case locked = 75
    case permission = 77
    case state = 78
    case interrupted = 130
    case terminated = 143

    var meaning: String {
        switch self {
        case .done: "done, or nothing to do"
        case .failed: "an error that has no code of its own"
        case .pending: "up --dry-run: something is pending"
        case .different: "verify: differences; up: an index stands otherwise than it must"
        case .usage: "wrong usage, or a wrong connection string"
        case .data: "data stands in the way, such as duplicates of a unique key"
        case .unavailable: "the database is away, still so after --wait"
        case .locked: "another migration is at work, still so after --wait"
        case .permission: "the database refuses this user"
        case .state: "the database is ahead of this program, or of another origin"
        case .interrupted: "interrupted (Ctrl-C); run again to go on"
        case .terminated: "told to end (SIGTERM); run again to go on"
        }
    }

    /// Padded to a column.
    private var number: String {
        "\(rawValue)".padding(toLength: 4, withPad: " ", startingAt: 0)
    }

    static var help: String {
        "EXIT CODES:\n" + allCases.map { "  \($0.number) \($0.meaning)" }.joined(separator: "\n")
    }

    init(_ code: MigrationError.Code) {
        self =
            switch code {
            case .conflict: .different
            case .data: .data
            case .unavailable: .unavailable
            case .locked: .locked
            case .permission: .permission
            case .state: .state
            case .usage: .usage
            case .interrupted: .interrupted
            default: .failed
            }
    }

    /// To be thrown where the command ends with this code and has said why.
    var exit: ExitCode { ExitCode(rawValue) }
}
