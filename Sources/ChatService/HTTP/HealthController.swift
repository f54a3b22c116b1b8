import Hummingbird

/// `/healthz` and `/health`: the process lives. `/readyz`: it can serve.
struct HealthController: Sendable {
    let health: ServiceHealth

    func addRoutes(to group: RouterGroup<ServiceRequestContext>) {
        group.get("healthz", use: alive)
        group.get("health", use: alive)
        group.get("readyz", use: ready)
    }

    @Sendable private func alive(_ request: Request, _ context: ServiceRequestContext) -> Response {
        .json { $0.field("status", "ok") }
    }

    @Sendable private func ready(_ request: Request, _ context: ServiceRequestContext) -> Response {
        switch health.status {
        case .ready:
            .json { $0.field("status", "ready") }
        case .starting:
            .json(.serviceUnavailable) { json in
                json.field("status", "starting")
                json.field("reason", "the service waits for its database")
            }
        case .unavailable(let reason):
            .json(.serviceUnavailable) { json in
                json.field("status", "unavailable")
                json.field("reason", reason)
            }
        }
    }
}
