import Chat
import Logging
import Synchronization

/// Tells the sockets of this process what another one signals.
struct SignalReceiver: Sendable {
    let store: any ChatStore
    let rooms: RoomRegistry
    let notifier: MentionNotifier
    let people: People
    let reading: Reading
    let acts: RoomService
    let logger: Logger

    func receive(_ signal: Signal) async {
        switch signal {
        case .alive: break
        case .mention(let mention): await receive(mention)
        case .reads(let reads): for read in reads { receive(read) }
        case .status(let user): await follow(user)
        case .people(let signal): await receive(signal)
        }
    }

    private func follow(_ user: UserID) async {
        do throws(ChatError) {
            try await people.follow(user)
        } catch {
            logger.debug("a status was not followed", metadata: ["error": "\(error)"])
        }
    }

    private func receive(_ signal: MentionSignal) async {
        do throws(ChatError) {
            guard notifier.mayConcern(signal.mentions),
                let message = try await store.messages(ids: [signal.message])[signal.message],
                let room = try await room(of: message), !room.isGone
            else { return }
            let live = rooms.live(message.roomID)
            notifier.announce(
                MentionNotifier.Mention(
                    message: message, users: signal.mentions.users, everyone: signal.mentions.everyone,
                    online: signal.mentions.everyone == nil ? [] : live?.someOnline ?? [],
                    isPrivate: room.kind != .public,
                    isHiddenFromSome: room.settings.history == .joined, edit: signal.edit, isForeign: true))
        } catch {
            logger.debug("a mention was not followed", metadata: ["error": "\(error)"])
        }
    }

    private func receive(_ signal: PeopleSignal) async {
        guard let live = rooms.live(signal.room) else { return }
        do throws(ChatError) {
            // First the act: who was put out hears nothing more.
            try await acts.follow(live, revision: signal.revision)
            live.tell(signal.events.compactMap(\.roomEvent))
        } catch {
            logger.debug("an act was not followed", metadata: ["error": "\(error)"])
        }
    }

    private func room(of message: Message) async throws(ChatError) -> Room? {
        if let room = rooms.known(message.roomID) { return room }
        return try await store.room(message.roomID)
    }

    private func receive(_ read: ReadSignal) {
        reading.follow(read.room, read.user, read.seq)
        rooms.live(read.room)?.noteRead(read.user, read.seq, isShared: read.isShared)
    }
}
