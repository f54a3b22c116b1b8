internal import ArgumentParser

/// How a command ends that cannot do what it was asked: one sentence on the standard error, without the usage, which
/// would not help.
enum Refusal {
    /// A setting, a secret or an address is wrong (`EX_USAGE`).
    static func usage(_ message: String) -> ExitCode {
        StandardStreams.error(message)
        return ExitCode(64)
    }
}
