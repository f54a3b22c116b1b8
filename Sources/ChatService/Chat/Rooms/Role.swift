/// What a member is in a room.
package enum Role: String, Hashable, Sendable, CaseIterable {
    case owner, admin, moderator, member
    /// Talks, but neither invites nor attaches.
    case guest
    case readOnly = "read_only"

    /// The higher one may act on the lower.
    package var rank: Int {
        switch self {
        case .owner: 5
        case .admin: 4
        case .moderator: 3
        case .member: 2
        case .guest: 1
        case .readOnly: 0
        }
    }

    /// - Throws: `bad_request` for a word that is no role.
    package init(_ text: String) throws(ChatError) {
        guard let role = Role(rawValue: text) else {
            throw .badRequest("a role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = role
    }
}

extension Set<Role> {
    package static let everyone = Set(Role.allCases)
    /// Those who may talk where nothing else is said.
    package static let speakers = everyone.subtracting([.readOnly])
    package static let members: Set = [.owner, .admin, .moderator, .member]
    package static let moderators: Set = [.owner, .admin, .moderator]
    package static let admins: Set = [.owner, .admin]
    package static let owners: Set = [.owner]
}
