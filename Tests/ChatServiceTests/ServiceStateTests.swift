import Chat
@testable import ChatService
import Synchronization
import Testing

@Suite struct ServiceStateTests {
    /// What was announced.
    private final class Told: Sendable {
        private let urls = Mutex<[String]>([])
        var all: [String] { urls.withLock(\.self) }
        func add(_ url: String) { urls.withLock { $0.append(url) } }
    }

    @Test("Ready is told once, when the service both listens and has its database, in either order")
    func announcesOnce() {
        for listensFirst in [true, false] {
            let told = Told()
            let announcer = ReadyAnnouncer(host: "127.0.0.1", announce: told.add)
            if listensFirst { announcer.listens(on: 8_123) } else { announcer.databaseIsReady() }
            #expect(told.all.isEmpty)
            if listensFirst { announcer.databaseIsReady() } else { announcer.listens(on: 8_123) }
            announcer.databaseIsReady()
            announcer.listens(on: 8_123)
            #expect(told.all == ["http://127.0.0.1:8123"])
        }
    }

    @Test("An IPv6 address stands in brackets")
    func bracketsIPv6() {
        let told = Told()
        let announcer = ReadyAnnouncer(host: "::1", announce: told.add)
        announcer.listens(on: 1)
        announcer.databaseIsReady()
        #expect(told.all == ["http://[::1]:1"])
    }

    @Test("Before the database was there once nothing is tried; later each request finds out for itself")
    func health() throws {
        let health = ServiceHealth()
        func code() -> ChatError.Code? {
            do throws(ChatError) {
                try health.requireReady()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(health.status == .starting)
        #expect(code() == .unavailable)
        #expect(health.set(.unavailable("away")) == .starting)
        #expect(code() == .unavailable)
        #expect(health.set(.ready) == .unavailable("away"))
        #expect(code() == nil)
        #expect(health.set(.unavailable("away")) == .ready)
        #expect(health.status == .unavailable("away"))
        #expect(code() == nil)
    }
}
