/// Waiting times that double.
package enum Backoff {
    /// - Parameter attempt: 1 is the first wait.
    /// - Returns: milliseconds, between `first` and `longest`.
    package static func milliseconds(attempt: Int, first: Int64, longest: Int64) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 20)
        return min(first << Int64(doublings), longest)
    }

    /// Between half and all of a waiting time, so that the clients of a server that came back do not all come at once
    /// (equal jitter; Brooker, *Exponential Backoff and Jitter*, 2015).
    ///
    /// - Parameter fraction: 0 to 1, by chance.
    package static func jittered(_ milliseconds: Int64, fraction: Double) -> Int64 {
        milliseconds / 2 + Int64(Double(milliseconds) / 2 * min(max(fraction, 0), 1))
    }
}
