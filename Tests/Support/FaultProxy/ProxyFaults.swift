import NIOCore

/// What a proxy does wrong at the moment.
struct ProxyFaults: Sendable {
    /// Where nothing is forwarded.
    var stalled: ProxyDirection = []
    var delay: TimeAmount = .zero
    /// New connections are closed at once.
    var isRefusing = false
    /// Bytes that still pass in the `limited` directions before the connection is cut.
    var allowance = 0
    var limited: ProxyDirection = []
}
