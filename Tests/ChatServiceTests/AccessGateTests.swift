import Chat
import Synchronization
import Testing

@testable import ChatService

@Suite("The order in which a room's people are decided upon")
struct AccessGateTests {
    private final class Inside: Sendable {
        let state = Mutex((shared: 0, exclusive: 0))
    }

    @Test("An act is alone, those who come in are not, and all are served")
    func exclusion() async throws {
        let gate = AccessGate()
        let inside = Inside()
        try await withThrowingTaskGroup { group in
            for number in 0..<500 {
                group.addTask {
                    if number % 5 == 0 {
                        try await gate.exclusive { () async throws(ChatError) in
                            inside.state.withLock { state in
                                #expect(state.shared == 0 && state.exclusive == 0)
                                state.exclusive += 1
                            }
                            await Task.yield()
                            inside.state.withLock { $0.exclusive -= 1 }
                        }
                    } else {
                        try await gate.shared { () async throws(ChatError) in
                            inside.state.withLock { state in
                                #expect(state.exclusive == 0)
                                state.shared += 1
                            }
                            await Task.yield()
                            inside.state.withLock { $0.shared -= 1 }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.state.withLock { $0.shared == 0 && $0.exclusive == 0 })
    }

    @Test("A failure lets the next one in")
    func failure() async throws {
        let gate = AccessGate()
        await #expect(throws: ChatError.self) {
            try await gate.exclusive { () async throws(ChatError) in throw .conflict("no") }
        }
        #expect(try await gate.exclusive { () async throws(ChatError) in 7 } == 7)
    }
}
