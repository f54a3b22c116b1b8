@testable import ChatService
import MongoStore
import Testing

@Suite struct HealthMonitorTests {
    @Test("A process more than 5 s ahead of the database is not ready, and so does not write; one behind it is")
    func clockLead() {
        #expect(HealthMonitor.status(schema: .current, clockLead: 5_000) == .ready)
        #expect(HealthMonitor.status(schema: .current, clockLead: -3_600_000) == .ready)
        guard case .unavailable(let reason) = HealthMonitor.status(schema: .current, clockLead: 5_001) else {
            Issue.record("it is ready")
            return
        }
        #expect(reason.contains("clock"))
    }

    @Test("A database without this version's schema is not ready, and the reason says what to do")
    func schema() {
        let status = HealthMonitor.status(schema: .empty, clockLead: 0)
        #expect(status == .unavailable("the database has no schema yet; run: migrate up"))
    }
}
