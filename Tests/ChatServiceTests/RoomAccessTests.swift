import Chat
import Synchronization
import Testing

@testable import ChatService

@Suite("What a room in memory knows of its people")
struct RoomAccessTests {
    private let anna = UserID(stored: "anna")
    private let now = Timestamp(milliseconds: 1_000_000)

    private final class Ends: Sendable {
        let expulsions = Mutex<[Expulsion]>([])
    }

    private func access(_ change: (inout Room) -> Void = { _ in }, flood: Int64 = 0) -> RoomAccess {
        let access = RoomAccess(floodMessages: flood)
        var room = Sample.roomRecord()
        change(&room)
        access.load(room)
        return access
    }

    private func code(_ body: () throws -> Void) -> ChatError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ChatError)?.code
        }
    }

    @Test("Slow mode holds for the next message and for other talk, not for the same message again")
    func slowMode() {
        let access = access { $0.settings.slowModeSeconds = 10 }
        access.set(.member(Membership(role: .member)), of: anna)
        func send(_ id: String, _ seconds: Int64) -> ChatError.Code? {
            let at = Timestamp(milliseconds: now.milliseconds + seconds * 1_000)
            return code { _ = try access.admitMessage("x", clientID: id, of: anna, now: at) }
        }
        #expect(send("1", 0) == nil)
        #expect(send("1", 1) == nil)
        #expect(send("2", 9) == .slowMode)
        #expect(code { try access.admit(.react, of: anna, now: now) } == .slowMode)
        #expect(send("2", 10) == nil)
        access.set(.member(Membership(role: .moderator)), of: anna)
        #expect(send("3", 10) == nil)
    }

    @Test("A message that the filter refuses is no turn; a mask changes it, a flag does not")
    func filter() throws {
        let access = access { room in
            room.settings.slowModeSeconds = 10
            room.settings.wordFilter = [
                WordRule(word: "bad", action: .block), WordRule(word: "meh", action: .mask),
                WordRule(word: "hmm", action: .flag),
            ]
        }
        access.set(.member(Membership(role: .member)), of: anna)
        #expect(code { _ = try access.admitMessage("bad", clientID: "1", of: anna, now: now) } == .filtered)
        let verdict = try access.admitMessage("Meh, 👍 hmm", clientID: "2", of: anna, now: now)
        #expect(verdict == WordFilter.Verdict(content: "***, 👍 hmm", flagged: ["hmm"]))
    }

    @Test("An act ends exactly the sockets of those who must go, and nobody comes in behind it")
    func expelling() {
        let access = access()
        let ben = UserID(stored: "ben")
        let ends = Ends()
        for (user, outlet) in [(anna, UInt64(1)), (anna, 2), (ben, 3)] {
            access.set(.member(Membership(role: .member)), of: user)
            let refusal = access.attach(user, outlet, asMember: true) { end in
                ends.expulsions.withLock { $0.append(end) }
            }
            #expect(refusal == nil)
        }
        let ban = Ban(reason: "spam")
        for end in access.apply(room: nil, standings: [anna: .banned(ban)], expelled: [anna]) { end(.banned("spam")) }
        #expect(ends.expulsions.withLock { $0.count } == 2)
        #expect(access.attach(anna, 4, asMember: false) { _ in } == .banned("spam"))
        #expect(access.attach(UserID(stored: "nobody"), 5, asMember: true) { _ in } == .left)
        #expect(access.present == [anna, ben])
        access.detach(anna, 1)
        access.detach(anna, 2)
        #expect(access.present == [ben])
    }

    @Test("Where only what came later is seen, sockets of later members are known")
    func hiding() {
        let access = access { $0.settings.history = .joined }
        let (ben, mod) = (UserID(stored: "ben"), UserID(stored: "mod"))
        access.set(.member(Membership(role: .member, joinedSeq: 5)), of: anna)
        access.set(.member(Membership(role: .member, joinedSeq: 9)), of: ben)
        access.set(.member(Membership(role: .moderator, joinedSeq: 9)), of: mod)
        for (user, outlet) in [(anna, UInt64(1)), (ben, 2), (mod, 3)] {
            #expect(access.attach(user, outlet, asMember: true) { _ in } == nil)
        }
        #expect(access.outlets(notSeeing: 4) == [1, 2])
        #expect(access.outlets(notSeeing: 7) == [2])
        #expect(access.outlets(notSeeing: 10) == [])
        #expect(access.firstVisible(to: anna) == 6)
        #expect(access.firstVisible(to: mod) == 1)
    }
}
