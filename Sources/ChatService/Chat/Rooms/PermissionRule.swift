/// Who has a permission: one row of the table.
package struct PermissionRule: Hashable, Sendable {
    /// Which setting of the room decides in the place of ``roles``.
    package enum Override: Hashable, Sendable {
        case post, invite, mentionRoom, attach
    }

    package var roles: Set<Role>
    /// The same, where the kind of room makes a difference.
    package var byKind: [RoomKind: Set<Role>] = [:]
    package var override: Override?
    /// Whether it is there in an archived room.
    package var inArchive = false
    /// Who keeps it in a locked room.
    package var inLocked: Set<Role> = .everyone
    /// Whether the muted lose it, and slow mode and flood detection hold for it.
    package var isSpeech = false
    /// Whether a moderator of all rooms has it without being a member.
    package var isModeration = false

    private init(
        _ roles: Set<Role>, byKind: [RoomKind: Set<Role>] = [:], override: Override? = nil, inArchive: Bool = false,
        inLocked: Set<Role> = .everyone, isSpeech: Bool = false, isModeration: Bool = false
    ) {
        self.roles = roles
        self.byKind = byKind
        self.override = override
        self.inArchive = inArchive
        self.inLocked = inLocked
        self.isSpeech = isSpeech
        self.isModeration = isModeration
    }

    /// The table.
    package static func rule(for permission: Permission) -> PermissionRule {
        switch permission {
        case .read: .init(.everyone, inArchive: true)
        // Who may not post cannot say it by an edit either.
        case .post, .type, .edit: .init(.speakers, override: .post, inLocked: .moderators, isSpeech: true)
        case .react: .init(.speakers, inLocked: .moderators, isSpeech: true)
        case .attach: .init(.members, override: .attach, inLocked: .moderators, isSpeech: true)
        case .mentionRoom: .init(.members, override: .mentionRoom, inLocked: .moderators, isSpeech: true)
        case .deleteOwn: .init(.everyone)
        case .deleteAny: .init(.moderators, byKind: [.direct: []], inArchive: true, isModeration: true)
        case .pin: .init(.moderators, byKind: [.direct: .members, .group: .members])
        case .readRevisions: .init(.moderators, byKind: [.direct: []], inArchive: true)
        case .report: .init(.everyone, inArchive: true)
        case .seeMembers: .init(.everyone.subtracting([.guest]), inArchive: true)
        case .leave: .init(.everyone, byKind: [.direct: []], inArchive: true)
        case .invite: .init(.members, byKind: [.direct: []], override: .invite)
        case .approve: .init(.moderators, byKind: [.direct: []])
        case .kick, .ban, .mute:
            .init(.moderators, byKind: [.direct: []], inArchive: true, isModeration: true)
        case .slowMode, .lock: .init(.moderators, byKind: [.direct: []], isModeration: true)
        case .describe: .init(.admins, byKind: [.direct: [], .group: .members])
        case .setRoles, .configure: .init(.admins, byKind: [.direct: []])
        case .archive: .init(.admins, byKind: [.direct: []], inArchive: true)
        case .transfer, .deleteRoom: .init(.owners, byKind: [.direct: []], inArchive: true)
        case .readAudit, .handleReports:
            .init(.moderators, byKind: [.direct: []], inArchive: true, isModeration: true)
        }
    }

    /// The roles that have it in a room, as far as its state does not stand against it.
    package func roles(in room: Room) -> Set<Role> {
        if let kind = byKind[room.kind] { return kind }
        switch override {
        case .post: return room.settings.post?.roles ?? roles
        case .invite: return room.settings.invite?.roles ?? roles
        case .mentionRoom: return room.settings.mentionRoom?.roles ?? roles
        case .attach: return room.settings.attach?.roles ?? roles
        case nil: return roles
        }
    }
}
