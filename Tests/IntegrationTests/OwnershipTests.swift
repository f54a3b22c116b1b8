import Auth
import BSON
import Chat
import Foundation
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

@Suite("A room does not lose its owner silently, over REST on a real database", .serialized)
struct OwnershipTests {
    private func owners(_ chat: ChatFixture, of room: String) async throws -> [String] {
        try await chat.withDatabase { try $0.find("members", ["room_id": .string(room), "role": "owner"]) }
            .compactMap { $0.string("user_id") }
    }

    /// Who would take over leaves at the same time, by another process, which this one hears of later.
    @Test("Where the owner is erased while his heirs leave, somebody who is still there takes over")
    func heirsLeave() async throws {
        try await ChatFixture.with { chat in
            let second = try await ChatServer.start(uri: chat.uri, database: chat.database)
            let rooms = (0..<12).map { "room\($0)" }
            let heirs = (0..<6).map { "heir\($0)" }
            for room in rooms {
                try await chat.makeRoom(room, "public", by: "bob")
                for heir in heirs { try await chat.put(heir, in: room, as: "admin", by: "bob") }
                try await chat.put("last", in: room, by: "bob")
                // In the memory of both, so that only the database tells what happens.
                #expect(try await chat.get("/rooms/\(room)", "last", on: second).status == 200)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let erased = try await chat.request(.DELETE, "/users/bob", "app", scopes: [.service])
                    #expect(erased.status == 200, "\(erased)")
                }
                for room in rooms {
                    group.addTask {
                        for heir in heirs {
                            let path = "/rooms/\(room)/members/\(heir)"
                            let left = try await chat.request(.DELETE, path, heir, on: second)
                            // Who has become the owner meanwhile stays.
                            #expect([204, 409].contains(left.status), "\(left)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            for room in rooms {
                let owners = try await owners(chat, of: room)
                #expect(owners.count == 1 && owners != ["bob"], "\(room): \(owners)")
            }
            await second.stop()
        }
    }

    @Test("The team's application names an owner where none is left, and hands rooms over; nobody else does")
    func appointed() async throws {
        try await ChatFixture.with { chat in
            try await chat.makeRoom("hall", "public")
            #expect(try await chat.request(.DELETE, "/rooms/hall/members/owner", "owner").status == 204)
            for user in ["bob", "eve"] { _ = try await chat.joinV2("hall", user) }
            #expect(try await owners(chat, of: "hall") == [])
            let body = #"{"user_id":"bob"}"#
            #expect(try await chat.request(.POST, "/rooms/hall/owner", "bob", body).status == 403)
            #expect(try await chat.request(.POST, "/rooms/hall/owner", "mod", body, scopes: [.moderator]).status == 403)
            let named = { body in
                try await chat.request(.POST, "/rooms/hall/owner", "app", body, scopes: [.service]).status
            }
            #expect(try await named(#"{"user_id":"nobody"}"#) == 404)
            #expect(try await named(body) == 204)
            #expect(try await named(body) == 400)
            #expect(try await named(#"{"user_id":"eve"}"#) == 204)
            #expect(try await owners(chat, of: "hall") == ["eve"])
            #expect(try await chat.get("/rooms/hall", "bob").body["role"]?.text == "admin")
            let direct = try await chat.request(.POST, "/rooms/direct", "bob", #"{"user_id":"eve"}"#)
            let path = "/rooms/\(direct.body["id"]?.text ?? "")/owner"
            #expect(try await chat.request(.POST, path, "app", body, scopes: [.service]).status == 403)
        }
    }

    @Test("Who made a room by looking at it owns it if he joins within a minute, and not later")
    func claim() async throws {
        try await ChatFixture.with { chat in
            let now = Int64(Date().timeIntervalSince1970 * 1_000)
            try await chat.withDatabase { connection in
                for (room, age) in [("fresh", Int64(1_000)), ("stale", 61_000)] {
                    let record = RoomRecord(id: room, name: room, createdBy: "eve", createdAt: now - age)
                    _ = try connection.rooms.createIfMissing(record)
                }
            }
            for (room, role) in [("fresh", "owner"), ("stale", "member")] {
                _ = try await chat.joinV2(room, "eve")
                #expect(try await chat.get("/rooms/\(room)", "eve").body["role"]?.text == role, "\(room)")
            }
        }
    }
}
