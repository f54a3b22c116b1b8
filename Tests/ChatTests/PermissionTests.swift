import Testing

@testable import Chat

@Suite("Who may do what in a room")
struct PermissionTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func room(_ kind: RoomKind, _ change: (inout Room) -> Void = { _ in }) -> Room {
        var room = Room(
            id: RoomID(stored: "room"), name: "Room", kind: kind, createdBy: nil, createdAt: now, epoch: 1, firstSeq: 1,
            lastSeqHint: 0)
        change(&room)
        return room
    }

    private func code(
        _ permission: Permission, _ standing: Standing, _ room: Room, isGlobalModerator: Bool = false
    ) -> ChatError.Code? {
        do throws(ChatError) {
            let actor = RoomRules.Actor(standing, isGlobalModerator: isGlobalModerator)
            try RoomRules.require(permission, of: actor, in: room, now: now)
            return nil
        } catch {
            return error.code
        }
    }

    private func allowed(_ role: Role, _ room: Room) -> Set<Permission> {
        Set(Permission.allCases.filter { code($0, .member(Membership(role: role)), room) == nil })
    }

    /// What each role may in a room where nothing special is set, said once more and otherwise than in the table.
    @Test("Each role has what the one below it has, and more")
    func ladder() {
        let readOnly: Set<Permission> = [.read, .deleteOwn, .report, .leave, .seeMembers]
        let guest = readOnly.subtracting([.seeMembers]).union([.post, .edit, .react, .type])
        let member = guest.union([.seeMembers, .attach, .mentionRoom, .invite])
        let moderator = member.union([
            .deleteAny, .pin, .readRevisions, .approve, .kick, .ban, .mute, .slowMode, .lock, .readAudit,
            .handleReports,
        ])
        let admin = moderator.union([.describe, .setRoles, .configure, .archive])
        let owner = admin.union([.transfer, .deleteRoom])
        #expect(owner == Set(Permission.allCases))
        for kind in [RoomKind.public, .private] {
            let room = room(kind)
            #expect(allowed(.readOnly, room) == readOnly)
            #expect(allowed(.guest, room) == guest)
            #expect(allowed(.member, room) == member)
            #expect(allowed(.moderator, room) == moderator)
            #expect(allowed(.admin, room) == admin)
            #expect(allowed(.owner, room) == owner)
        }
        #expect(allowed(.member, self.room(.group)) == member.union([.describe, .pin]))
    }

    @Test("In a direct room both may talk and pin, and nobody rules, whatever his role")
    func direct() {
        let common: Set<Permission> = [
            .read, .post, .edit, .react, .type, .attach, .mentionRoom, .deleteOwn, .pin, .report, .seeMembers,
        ]
        for role in [Role.member, .moderator, .admin, .owner] { #expect(allowed(role, room(.direct)) == common) }
    }

    @Test("In an archived room nothing is said, and only what needs no talk is left")
    func archived() {
        let room = room(.public) { $0.archivedAt = now }
        let left: Set<Permission> = [
            .read, .report, .leave, .seeMembers, .deleteAny, .readRevisions, .kick, .ban, .mute, .archive, .transfer,
            .deleteRoom, .readAudit, .handleReports,
        ]
        #expect(allowed(.owner, room) == left)
        #expect(allowed(.member, room) == [.read, .report, .leave, .seeMembers])
    }

    @Test("In a locked room only moderators talk")
    func locked() {
        let room = room(.private) { $0.lockedAt = now }
        let talk: Set<Permission> = [.post, .edit, .react, .type, .attach, .mentionRoom]
        #expect(allowed(.member, room).isDisjoint(with: talk))
        #expect(allowed(.moderator, room).isSuperset(of: talk))
    }

    @Test("Settings say who posts, invites, attaches and mentions the room")
    func settings() {
        for circle in RoomSettings.Circle.allCases {
            let room = room(.public) { room in
                (room.settings.post, room.settings.invite) = (circle, circle)
                (room.settings.attach, room.settings.mentionRoom) = (circle, circle)
            }
            for role in Role.allCases {
                let permissions = allowed(role, room).intersection([
                    .post, .type, .edit, .invite, .attach, .mentionRoom,
                ])
                #expect(permissions.isEmpty == !circle.roles.contains(role), "\(circle) \(role)")
                #expect(permissions.isEmpty || permissions.count == 6)
            }
        }
    }

    @Test("The muted lose exactly what is talk, until the time is over")
    func muted() {
        let room = room(.public)
        for permission in Permission.allCases {
            let muted = Membership(role: .owner, mutedUntil: Timestamp(milliseconds: now.milliseconds + 1))
            let isTalk = [.post, .edit, .react, .type, .attach, .mentionRoom].contains(permission)
            #expect(code(permission, .member(muted), room) == (isTalk ? .muted : nil))
            #expect(code(permission, .member(Membership(role: .owner, mutedUntil: now)), room) == nil)
        }
    }

    @Test("Who is no member reads and reports in public rooms, and nothing else anywhere")
    func visitors() {
        for kind in RoomKind.allCases {
            for permission in Permission.allCases {
                let may = kind == .public && [.read, .report].contains(permission)
                #expect(code(permission, .visitor, room(kind)) == (may ? nil : .forbidden))
            }
        }
    }

    @Test("The banned may nothing until the ban ends, and nobody may anything in a room that is gone")
    func banned() {
        let later = Timestamp(milliseconds: now.milliseconds + 1)
        for permission in Permission.allCases {
            #expect(code(permission, .banned(Ban()), room(.public)) == .banned)
            #expect(code(permission, .banned(Ban(until: later)), room(.public)) == .banned)
            let gone = room(.public) { $0.goneAt = now }
            #expect(code(permission, .member(Membership(role: .owner)), gone, isGlobalModerator: true) == .gone)
        }
        #expect(code(.read, .banned(Ban(until: now)), room(.public)) == nil)
    }

    @Test("A moderator of all rooms moderates where he is no member, but reads no private room")
    func globalModerator() {
        let moderation: Set<Permission> = [
            .deleteAny, .kick, .ban, .mute, .slowMode, .lock, .readAudit, .handleReports,
        ]
        for permission in Permission.allCases {
            let may = moderation.contains(permission)
            #expect(code(permission, .visitor, room(.private), isGlobalModerator: true) == (may ? nil : .forbidden))
            #expect(code(permission, .visitor, room(.direct), isGlobalModerator: true) == .forbidden)
        }
    }

    @Test("One acts only on those below oneself")
    func ranks() {
        for own in Role.allCases {
            for other in Role.allCases {
                let actor = RoomRules.Actor(.member(Membership(role: own)))
                let may = (try? RoomRules.requireRank(of: actor, above: other)) != nil
                #expect(may == (own.rank > other.rank))
            }
        }
        let global = RoomRules.Actor(.visitor, isGlobalModerator: true)
        #expect((try? RoomRules.requireRank(of: global, above: .member)) != nil)
        #expect((try? RoomRules.requireRank(of: global, above: .moderator)) == nil)
    }

    @Test("Coming in by oneself is for public rooms")
    func entry() {
        func code(_ standing: Standing, _ room: Room) -> ChatError.Code? {
            do throws(ChatError) {
                try RoomRules.requireEntry(of: standing, in: room, now: now)
                return nil
            } catch {
                return error.code
            }
        }
        for kind in RoomKind.allCases {
            #expect(code(.visitor, room(kind)) == (kind == .public ? nil : .forbidden))
            #expect(code(.member(Membership(role: .readOnly)), room(kind)) == nil)
            #expect(code(.banned(Ban()), room(kind)) == .banned)
        }
        let archived = room(.public) { $0.archivedAt = now }
        #expect(code(.visitor, archived) == .forbidden)
        #expect(code(.member(Membership(role: .member)), archived) == nil)
    }
}
