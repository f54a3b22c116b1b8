import Chat
@testable import ChatService
import Testing

@Suite struct OnlineUsersTests {
    private let anna = UserID(stored: "anna")
    private let ben = UserID(stored: "ben")

    @Test("A user comes with the first socket and leaves with the last")
    func sockets() {
        var online = OnlineUsers()
        #expect(online.add(1, of: anna) == true)
        #expect(online.add(2, of: anna) == false)
        #expect(online.count == 1)
        #expect(Set(online.outlets(of: anna)) == [1, 2])
        #expect(online.remove(1, of: anna) == false)
        #expect(online.remove(2, of: anna) == true)
        #expect(online.count == 0)
        #expect(online.outlets(of: anna).isEmpty)
    }

    @Test("A socket that is not there leaves nobody")
    func unknownSockets() {
        var online = OnlineUsers()
        #expect(online.remove(1, of: anna) == false)
        _ = online.add(1, of: anna)
        #expect(online.remove(1, of: ben) == false)
        #expect(online.remove(9, of: anna) == false)
        #expect(online.remove(1, of: anna) == true)
        #expect(online.remove(1, of: anna) == false)
    }

    @Test("The same socket twice is one socket")
    func sameSocket() {
        var online = OnlineUsers()
        _ = online.add(1, of: anna)
        #expect(online.add(1, of: anna) == false)
        #expect(online.remove(1, of: anna) == true)
    }

    @Test("Users stand in the order in which they came; who comes back stands last")
    func order() {
        var online = OnlineUsers()
        let users = (0..<20).map { UserID(stored: "user \($0)") }
        for (number, user) in users.enumerated() { _ = online.add(UInt64(number), of: user) }
        #expect(online.users == users)
        _ = online.add(99, of: users[0])
        #expect(online.users == users)
        _ = online.remove(3, of: users[3])
        _ = online.add(3, of: users[3])
        #expect(online.users == users.filter { $0 != users[3] } + [users[3]])
    }
}
