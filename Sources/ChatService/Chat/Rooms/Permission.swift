/// What somebody may want to do in a room. Each command and each endpoint needs one of these.
package enum Permission: String, Hashable, Sendable, CaseIterable {
    /// History, search, single messages, pins, threads, reactions, and listening.
    case read
    case post, edit, react, type
    case attach
    case mentionRoom = "mention_room"
    case deleteOwn = "delete_own"
    case deleteAny = "delete_any"
    case pin
    case readRevisions = "read_revisions"
    case report
    case seeMembers = "see_members"
    case leave
    case invite
    /// Answering requests to join, and seeing and revoking others' invitations.
    case approve
    case kick, ban, mute
    case setRoles = "set_roles"
    /// Name, topic, description, icon.
    case describe
    case configure
    case slowMode = "slow_mode"
    case lock
    case archive
    case transfer
    case deleteRoom = "delete_room"
    case readAudit = "read_audit"
    case handleReports = "handle_reports"
}
