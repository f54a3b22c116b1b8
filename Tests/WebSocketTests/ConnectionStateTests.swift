import Testing

@testable import WebSocket

@Suite("The closing handshake")
struct ConnectionStateTests {
    @Test("Our close waits for the peer's, and ours is the code")
    func ours() {
        var state = ConnectionState.open
        #expect(state.close(.shutdown) == .sendClose)
        #expect(!state.isOpen)
        #expect(state.receivedClose(.normal) == .disconnect)
        #expect(state.disconnected() == .announceEnd(.shutdown))
    }

    @Test("The peer's close is answered with its code, then the connection ends")
    func theirs() {
        var state = ConnectionState.open
        #expect(state.receivedClose(.goingAway) == .answerCloseThenDisconnect(.goingAway))
        #expect(state.disconnected() == .announceEnd(.goingAway))
    }

    @Test("A violation is answered with its code; then only the connection's end counts")
    func violation() {
        var state = ConnectionState.open
        #expect(state.receivedViolation(.invalidPayload) == .sendCloseThenEndOutput(.invalidPayload))
        #expect(state.receivedClose(.normal) == .nothing)
        #expect(state.receivedViolation(.protocolError) == .nothing)
        #expect(state.close(.normal) == .nothing)
        #expect(state.inputClosed() == .disconnect)
        #expect(state.disconnected() == .announceEnd(.invalidPayload))
    }

    @Test("A violation while our close is under way ends the connection")
    func violationWhileClosing() {
        var state = ConnectionState.closing(.tooSlow)
        #expect(state.receivedViolation(.protocolError) == .disconnect)
        #expect(state.disconnected() == .announceEnd(.tooSlow))
    }

    @Test("A peer that vanishes has no code")
    func vanished() {
        var state = ConnectionState.open
        #expect(state.inputClosed() == .disconnect)
        #expect(state.disconnected() == .announceEnd(nil))
    }

    @Test("Only the first close counts, and the end is announced once")
    func once() {
        var state = ConnectionState.open
        #expect(state.close(.kicked) == .sendClose)
        #expect(state.close(.banned) == .nothing)
        #expect(state.disconnected() == .announceEnd(.kicked))
        #expect(state.disconnected() == .nothing)
        #expect(state.close(.banned) == .nothing)
        #expect(state.receivedClose(.normal) == .nothing)
        #expect(state.inputClosed() == .nothing)
    }

    @Test("A socket that was never announced has no end to announce")
    func unannounced() {
        var state = ConnectionState.connecting
        #expect(state.close(.normal) == .nothing)
        #expect(state.disconnected() == .nothing)
        #expect(state == .closed)
    }
}
