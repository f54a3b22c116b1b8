import BSON
import Chat
import Logging
import ServiceLifecycle
import Synchronization

/// Tells those who are mentioned, on all of their sockets, whichever rooms these look at.
final class MentionNotifier: Service {
    /// Mentions that wait to be told; more are not told of by themselves, and stand in the lists all the same.
    static let maximumWaiting = 10_000
    /// Of those who are connected but not in the room, so many are looked up when a whole room is mentioned.
    static let maximumLookedUp = 2_000

    /// A message that mentions somebody, or does so since it was edited.
    struct Mention: Sendable {
        var message: Message
        var users: [UserID]
        var everyone: Mentions.Everyone?
        /// Who is online in the room; only where everyone is meant.
        var online: [UserID] = []
        var isPrivate: Bool
        /// Whether the message may be older than the membership of some, who do not see it then.
        var isHiddenFromSome = false
        /// The edit that mentions them; nil: the message does.
        var edit: ObjectID?
        /// Whether another process tells of it: where this one has the room in memory, it may know of it already.
        var isForeign = false
    }

    private let sockets: UserSockets
    private let store: any MentionStore
    private let logger: Logger
    private let mentions: AsyncStream<Mention>
    private let waiting: AsyncStream<Mention>.Continuation
    /// The messages and edits that were told of last.
    private let told = Mutex(RecentIDs(capacity: 4_096))

    init(sockets: UserSockets, store: any MentionStore, logger: Logger) {
        self.sockets = sockets
        self.store = store
        self.logger = logger
        (mentions, waiting) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumWaiting))
    }

    /// Does not block; the rest happens behind it.
    func announce(_ mention: Mention) {
        waiting.yield(mention)
    }

    /// Whether somebody here may be meant.
    func mayConcern(_ mentions: Mentions) -> Bool {
        mentions.everyone != nil || mentions.users.contains(where: sockets.has)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await mention in self.mentions { await self.tell(mention) }
        }
        waiting.finish()
        // The sockets are closed by now, but whole rooms that were mentioned are still noted.
        for await mention in mentions { await tell(mention) }
    }

    private func tell(_ mention: Mention) async {
        guard told.withLock({ $0.insert(mention.edit ?? mention.message.id) }) else { return }
        do throws(ChatError) {
            if mention.everyone == .room, !mention.isForeign {
                try await store.noteEveryoneMentioned(in: mention.message)
            }
            let users = try await recipients(of: mention)
            guard !users.isEmpty else { return }
            sockets.tell(.mention(message: mention.message.json()), room: mention.message.roomID, to: users)
        } catch {
            logger.debug("a mention was not told", metadata: ["error": "\(error)"])
        }
    }

    /// Those of them who are connected, and still members where that matters.
    private func recipients(of mention: Mention) async throws(ChatError) -> [UserID] {
        let room = mention.message.roomID
        var users = mention.users.filter(sockets.has)
        if mention.isPrivate, !users.isEmpty {
            let members = try await store.members(of: room, among: users)
            users.removeAll { !members.contains($0) }
        }
        var all = Set(users)
        if mention.everyone != nil { all.formUnion(mention.online.filter(sockets.has)) }
        if mention.everyone == .room {
            let others = sockets.users(upTo: Self.maximumLookedUp).filter { !all.contains($0) }
            if !others.isEmpty { all.formUnion(try await store.members(of: room, among: others)) }
        }
        all.remove(mention.message.userID)
        if mention.isHiddenFromSome, !all.isEmpty {
            all = try await store.seeing(mention.message, among: Array(all))
        }
        guard !all.isEmpty else { return [] }
        return Array(all.subtracting(try await store.blocking(mention.message.userID, among: Array(all))))
    }
}
