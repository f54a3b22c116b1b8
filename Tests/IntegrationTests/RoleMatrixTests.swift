import BSON
import Chat
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

/// Every command and endpoint, tried as every role in every kind of room, open, archived and locked: allowed exactly where
/// the table of permissions says so.
@Suite("The matrix of roles", .serialized)
struct RoleMatrixTests {
    @Test(
        "Endpoints and frames follow the table of permissions", arguments: RoomKind.allCases, RoomCast.State.allCases)
    func matrix(_ kind: RoomKind, _ state: RoomCast.State) async throws {
        try await ChatFixture.with { chat in
            let cast = try await RoomCast.make(kind, state, chat)
            for role in Role.allCases {
                for action in RoomAction.all { try await check(action, as: role, in: cast, chat) }
            }
            // What ends the room comes last, and the owner, who may, last of all.
            for role in Role.allCases.sorted(by: { $0.rank < $1.rank }) {
                try await check(.deletion, as: role, in: cast, chat)
            }
        }
    }

    private func check(
        _ action: RoomAction, as role: Role, in cast: RoomCast, _ chat: ChatFixture
    ) async throws {
        let isAllowed = action.need.isMet(in: cast.room.kind) { permission in
            let actor = RoomRules.Actor(.member(Membership(role: role)))
            return (try? RoomRules.require(permission, of: actor, in: cast.room, now: cast.now)) != nil
        }
        let outcome = try await action.attempt(cast, role, chat)
        // What is allowed may still fail for a reason of its own, such as a rank; never for the role.
        let isRefused = outcome == "forbidden"
        let place = "\(cast.room.kind) \(cast.state)"
        if isAllowed {
            #expect(!isRefused || action.mayBeForbiddenAnyway, "\(role) \(action.name) in \(place): \(outcome)")
        } else {
            #expect(isRefused, "\(role) \(action.name) in \(place): \(outcome)")
        }
        if action.changesState, outcome.isEmpty { try await cast.restore(chat) }
    }

    @Test("There is no permission that the matrix does not try")
    func isWhole() {
        let tried = Set((RoomAction.all + [.deletion]).flatMap(\.need.permissions))
        // Nothing can be attached yet.
        #expect(Set(Permission.allCases).subtracting(tried) == [.attach])
    }
}
