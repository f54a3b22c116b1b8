import Chat
import Testing

@testable import ChatService

@Suite("Those who hide in a room")
struct RoomPresenceHidingTests {
    private let start = ContinuousClock.now
    private let ann = UserID(stored: "ann")
    private let ghost = UserID(stored: "ghost")

    @Test("Nobody is told of one who hides, and he counts nowhere")
    func hidden() {
        var presence = RoomPresence(now: start)
        _ = presence.join(ann, outlet: 1, now: start)
        #expect(presence.join(ghost, outlet: 2, isHidden: true, now: start) == [])
        #expect(presence.count == 1)
        #expect(presence.snapshot() == .present(users: [ann], count: 1))
        #expect(presence.users(after: nil, limit: 10) == [ann])
        #expect(presence.outlets(of: ghost) == [2])
        let (isGone, notices) = presence.leave(ghost, outlet: 2, now: start)
        #expect(isGone && notices == [])
    }

    @Test("To hide is to leave and to appear is to join, with all sockets at once")
    func turning() {
        var presence = RoomPresence(now: start)
        _ = presence.join(ann, outlet: 1, now: start)
        _ = presence.join(ghost, outlet: 2, now: start)
        _ = presence.join(ghost, outlet: 3, now: start)
        let left = presence.setHidden(ghost, true, now: start)
        #expect(left.contains(.moved(.left, ghost, others: 0)))
        #expect(presence.count == 1)
        #expect(presence.setHidden(ghost, true, now: start) == [])
        // A further socket hides, too, whatever it was told.
        #expect(presence.join(ghost, outlet: 4, isHidden: false, now: start) == [])
        let joined = presence.setHidden(ghost, false, now: start)
        #expect(joined.contains(.moved(.joined, ghost, others: 0)))
        #expect(presence.outlets(of: ghost) == [2, 3, 4])
        #expect(presence.setHidden(UserID(stored: "nobody"), true, now: start) == [])
    }

    @Test("In a large room who hid and appeared again before it was told is no news")
    func gathered() {
        var limits = RoomPresence.Limits()
        limits.smallRoom = 1
        var presence = RoomPresence(limits: limits, now: start)
        for (number, name) in ["a", "b", "c"].enumerated() {
            _ = presence.join(UserID(stored: name), outlet: UInt64(number), now: start)
        }
        _ = presence.tick(now: start.advanced(by: .seconds(2)))
        let soon = start.advanced(by: .milliseconds(2_100))
        #expect(presence.setHidden(UserID(stored: "a"), true, now: soon) == [])
        #expect(presence.setHidden(UserID(stored: "a"), false, now: soon) == [])
        #expect(presence.tick(now: start.advanced(by: .seconds(4))) == [])
    }
}
