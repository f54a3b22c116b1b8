package import Chat

extension ClientFrame {
    /// What a `moderate` frame asks for.
    package struct Moderation: Hashable, Sendable {
        package enum Action: String, Hashable, Sendable, CaseIterable {
            case kick, ban, unban, mute, unmute, lock, unlock
            case slowMode = "slow_mode"

            var hasTarget: Bool {
                switch self {
                case .kick, .ban, .unban, .mute, .unmute: true
                case .lock, .unlock, .slowMode: false
                }
            }
        }

        package var action: Action
        /// Whom it concerns; the empty id where nobody.
        package var target: UserID
        package var seconds: Int64?
        package var reason: String?
    }
}

extension ClientFrame.Moderation {
    init(_ fields: borrowing ClientFrameFields) throws(ChatError) {
        let word = try fields.text("action")
        guard let action = Action(rawValue: word) else {
            throw .badRequest("action is one of \(Action.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var target = UserID(stored: "")
        if action.hasTarget { target = try UserID(fields.text("user_id")) }
        self.init(
            action: action, target: target,
            seconds: try fields.optionalNumber("duration", in: 0...RoomService.durationRange.upperBound),
            reason: try fields.optionalReason())
    }
}

extension ClientFrameFields {
    /// Why a moderator does something.
    borrowing func optionalReason() throws(ChatError) -> String? {
        guard let reason = try optionalText("reason") else { return nil }
        return try RoomText.text(reason, upTo: RoomText.reasonLength, "reason")
    }
}
