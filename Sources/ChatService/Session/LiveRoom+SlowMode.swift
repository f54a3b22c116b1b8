import Chat
import Synchronization

extension LiveRoom {
    /// So many of a room's newest messages tell who has spoken, where the room is in slow mode when it is loaded.
    static let slowModeMessages: Int64 = 1_000

    /// The room may just have gone into slow mode: who spoke last is seen from what is in memory.
    func noteRecentSpeakers() {
        state.withLock { access.noteShown($0.recent.messages) }
    }

    /// The messages that must be looked at besides those in memory to know who has to wait.
    ///
    /// - Parameter messages: the newest ones, oldest first.
    /// - Returns: nil where these are enough.
    static func speakersBefore(_ messages: [Message], in room: Room, now: Timestamp = .now) -> ClosedRange<Int64>? {
        let since = now.milliseconds - room.settings.slowModeSeconds * 1_000
        guard room.settings.slowModeSeconds > 0, let oldest = messages.first, oldest.seq > room.firstSeq,
            oldest.timestamp.milliseconds > since
        else { return nil }
        return max(room.firstSeq, oldest.seq - slowModeMessages)...(oldest.seq - 1)
    }
}
