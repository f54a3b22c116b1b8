import Auth
import Chat
import Testing

@testable import ChatService

@Suite("Acts that wait for each other")
struct ActQueueTests {
    private typealias Answer = CheckedContinuation<Result<Void, ChatError>, Never>

    private func waiting(_ number: Int, _ continuation: Answer) -> ActQueue.Waiting {
        ActQueue.Waiting(
            identity: Identity(userID: UserID(stored: "\(number)"), username: "", expiresAt: nil), users: [],
            decide: { (_) throws(ChatError) in RoomAct() }, continuation: continuation)
    }

    @Test("They are taken in their order and at most twenty at once; who comes first runs them until none is left")
    func order() async {
        let queue = ActQueue()
        let (added, places) = AsyncStream<ActQueue.Place>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            var place = added.makeAsyncIterator()
            for number in 0..<45 {
                group.addTask {
                    _ = await withCheckedContinuation { places.yield(queue.add(waiting(number, $0))) }
                }
                // One after the other, so that their order is known.
                #expect(await place.next() == (number == 0 ? .first : .behindOthers))
            }
            var taken: [[ActQueue.Waiting]] = []
            repeat { taken.append(queue.take()) } while taken.last?.isEmpty == false
            #expect(taken.map(\.count) == [20, 20, 5, 0])
            #expect(taken.joined().map(\.identity.userID.rawValue) == (0..<45).map { "\($0)" })
            for waiting in taken.joined() { waiting.continuation.resume(returning: .success(())) }
            // The next one begins anew.
            group.addTask { _ = await withCheckedContinuation { places.yield(queue.add(waiting(45, $0))) } }
            #expect(await place.next() == .first)
            for waiting in queue.take() { waiting.continuation.resume(returning: .success(())) }
        }
    }
}
