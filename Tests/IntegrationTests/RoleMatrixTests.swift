import Auth
import BSON
import Chat
import MongoStore
import NIOHTTP1
import TestSupport
import Testing

/// Every command and endpoint, tried as every role in every kind of room: allowed exactly where the table of permissions
/// says so.
@Suite("The matrix of roles", .serialized)
struct RoleMatrixTests {
    @Test("Endpoints and frames follow the table of permissions", arguments: RoomKind.allCases)
    func matrix(_ kind: RoomKind) async throws {
        try await ChatFixture.with { chat in
            let rooms = try await RoomCast.make(kind, chat)
            for role in Role.allCases {
                for action in RoomAction.all {
                    try await check(action, as: role, in: rooms, kind, chat)
                }
            }
        }
    }

    private func check(
        _ action: RoomAction, as role: Role, in cast: RoomCast, _ kind: RoomKind, _ chat: ChatFixture
    ) async throws {
        let isAllowed = PermissionRule.rule(for: action.permission).roles(in: cast.room).contains(role)
        let outcome = try await action.attempt(cast, role, chat)
        // What is allowed may still fail for a reason of its own, such as a rank; never for the role.
        let isRefused = outcome == "forbidden"
        if isAllowed {
            #expect(!isRefused || action.mayBeForbiddenAnyway, "\(role) \(action.name) in \(kind): \(outcome)")
        } else {
            #expect(isRefused, "\(role) \(action.name) in \(kind): \(outcome)")
        }
    }
}
