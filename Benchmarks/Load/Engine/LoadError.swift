import Glibc

/// Why a run cannot go on.
struct LoadError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    /// With what the system says about the last failed call.
    static func system(_ call: String) -> LoadError {
        LoadError("\(call): \(String(cString: strerror(errno)))")
    }
}
