import Chat
import Testing

@testable import ChatService

@Suite("How far users have read")
struct ReadPositionsTests {
    private let place = ReadPositions.Place(room: RoomID(stored: "r"), user: UserID(stored: "ann"))

    private func taken(_ positions: inout ReadPositions, sends: Bool = true, upTo limit: Int = 100) -> [Int64] {
        positions.take(sends: sends, upTo: limit).map(\.seq)
    }

    @Test("Nothing moves before it is known where the user was")
    func unknown() {
        var positions = ReadPositions()
        #expect(positions.read(place, to: 5) == .unknown)
        positions.learn(place, 3)
        #expect(positions.read(place, to: 5) == .moved)
        #expect(positions.position(place) == 5)
    }

    @Test("A position moves forward only")
    func forward() {
        var positions = ReadPositions()
        positions.learn(place, 3)
        #expect(positions.read(place, to: 3) == .same)
        #expect(positions.read(place, to: 2) == .behind(3))
        #expect(positions.isEmpty)
        positions.learn(place, 1)
        #expect(positions.position(place) == 3)
    }

    @Test("What was read at another process counts where the user is known, and is not stored again")
    func elsewhere() {
        var positions = ReadPositions()
        positions.follow(place, 9)
        #expect(positions.position(place) == nil)
        positions.learn(place, 3)
        positions.follow(place, 9)
        positions.follow(place, 5)
        #expect(positions.read(place, to: 8) == .behind(9))
        #expect(positions.isEmpty)
    }

    @Test("Many steps of one user are one write")
    func coalesced() {
        var positions = ReadPositions()
        positions.learn(place, 0)
        for seq in Int64(1)...100 { #expect(positions.read(place, to: seq) == .moved) }
        #expect(taken(&positions) == [100])
        #expect(taken(&positions).isEmpty)
    }

    @Test("What was sent counts as read, and is stored when it is its turn")
    func sent() {
        var positions = ReadPositions()
        positions.sent(place, 7)
        #expect(positions.position(place) == 7)
        #expect(taken(&positions, sends: false).isEmpty)
        #expect(taken(&positions) == [7])
        positions.sent(place, 6)
        #expect(positions.isEmpty)
    }

    @Test("What could not be stored waits again, unless there is something newer")
    func putBack() {
        var positions = ReadPositions()
        positions.learn(place, 0)
        #expect(positions.read(place, to: 4) == .moved)
        let failed = positions.take(sends: true, upTo: 10)
        #expect(positions.read(place, to: 9) == .moved)
        positions.putBack(failed)
        #expect(taken(&positions) == [9])
    }

    @Test("A round takes so many, the rest waits, and what waits is bounded")
    func bounds() {
        var positions = ReadPositions(capacity: 10)
        func user(_ number: Int) -> ReadPositions.Place {
            ReadPositions.Place(room: RoomID(stored: "r"), user: UserID(stored: "u\(number)"))
        }
        for number in 0..<10 {
            positions.learn(user(number), 0)
            #expect(positions.read(user(number), to: 1) == .moved)
        }
        positions.learn(place, 0)
        #expect(positions.read(place, to: 1) == .full)
        #expect(positions.take(sends: true, upTo: 6).count == 6)
        #expect(positions.take(sends: true, upTo: 6).count == 4)
        #expect(positions.read(place, to: 1) == .moved)
    }
}
