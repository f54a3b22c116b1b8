import Chat
@testable import ChatService
import Testing

@Suite struct WebSocketRouteTests {
    @Test("The address of a room, and that of its events", arguments: ["general", "a.b:c_d-e", "1"])
    func routes(_ name: String) {
        let room = RoomID(stored: name)
        #expect(WebSocketRoutes.Route(path: "/chat/\(name)") == .room(room))
        #expect(WebSocketRoutes.Route(path: "/chat/\(name)/events") == .events(room))
    }

    @Test("A room id may be percent-encoded")
    func percentEncoded() {
        #expect(WebSocketRoutes.Route(path: "/chat") == .rooms)
        #expect(WebSocketRoutes.Route(path: "/chat/a%3Ab") == .room(RoomID(stored: "a:b")))
        #expect(WebSocketRoutes.Route(path: "/chat/%67eneral/events") == .events(RoomID(stored: "general")))
    }

    @Test(
        "Any other address is none of a socket",
        arguments: [
            "", "/", "chat/a", "/chat/", "/chat//events", "/chat/a/", "/chat/a/event", "/chat/a/events/",
            "/chat/a/events/x", "/chat/a/history", "/Chat/a", "//chat/a", "/x/chat/a", "/chat/a%2Fb", "/chat/a+b",
            "/chat/%", "/chat/%FF", "/chat/a b", "/chat/é", "/chat/.", "/chat/..", "/chat/%2e%2e", "/chat/me",
            "/chat/direct/events", "/chat/\(String(repeating: "x", count: 65))", "/chat/a/%65vents",
            "http://host/chat/a",
        ])
    func otherAddresses(_ path: String) {
        #expect(WebSocketRoutes.Route(path: Substring(path)) == nil)
    }
}
