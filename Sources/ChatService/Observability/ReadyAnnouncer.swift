import Synchronization

/// Tells once, when the service both listens and has its database, where it serves.
final class ReadyAnnouncer: Sendable {
    private struct State {
        var port: Int?
        var isReady = false
        var isTold = false
    }

    private let state = Mutex(State())
    private let host: String
    private let announce: @Sendable (String) -> Void

    /// - Parameter announce: gets the URL.
    init(host: String, announce: @escaping @Sendable (String) -> Void) {
        self.host = host
        self.announce = announce
    }

    func listens(on port: Int) {
        update { $0.port = port }
    }

    func databaseIsReady() {
        update { $0.isReady = true }
    }

    private func update(_ change: (inout State) -> Void) {
        let port: Int? = state.withLock { state in
            change(&state)
            guard let port = state.port, state.isReady, !state.isTold else { return nil }
            state.isTold = true
            return port
        }
        guard let port else { return }
        // An IPv6 address stands in brackets in a URL (RFC 3986, section 3.2.2).
        announce("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    }
}
