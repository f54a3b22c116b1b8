import BSON
import MongoStore

/// A room's messages as the database has them in the end, and whether they are as promised.
struct StoredRoom: Sendable {
    struct Stored: Sendable {
        let message: SeenMessage
        let clientID: String
    }

    let id: String
    /// By `seq`.
    let messages: [Stored]

    static func read(_ room: String, from cluster: ServiceCluster) async throws -> StoredRoom {
        let messages = try await cluster.withDatabase { connection in
            var messages: [Stored] = []
            try connection.forEach("messages", ["room_id": .string(room)]) { document in
                messages.append(
                    Stored(
                        message: SeenMessage(
                            seq: Int(document.int64("seq") ?? -1), id: document.objectID("_id")?.description ?? "",
                            userID: document.string("user_id") ?? "", content: document.string("content") ?? ""),
                        clientID: document.string("client_id") ?? ""))
                return true
            }
            return messages.sorted { $0.message.seq < $1.message.seq }
        }
        return StoredRoom(id: room, messages: messages)
    }

    /// What of P1 to P3 does not hold.
    func violations(senders: [SenderRecord], logs: [SeenLog]) -> [String] {
        let found = order + senders.flatMap(violations(of:)) + logs.flatMap(violations(in:)) + strangers(senders)
        return found.map { "\(id): \($0)" }
    }

    /// P2: `seq` is 1…n, and the order of `_id` is the same.
    private var order: [String] {
        let seqs = messages.map(\.message.seq)
        var found: [String] = []
        if seqs != seqs.indices.map({ $0 + 1 }) {
            found.append("seq is not 1…\(seqs.count): \(Self.breaks(seqs))")
        }
        for (earlier, later) in zip(messages, messages.dropFirst()) where later.message.id <= earlier.message.id {
            found.append("\(later.message) does not sort after \(earlier.message)")
        }
        return found
    }

    private static func breaks(_ seqs: [Int]) -> String {
        zip(seqs, seqs.dropFirst()).filter { $1 != $0 + 1 }.prefix(5).map { "\($0), \($1)" }.joined(separator: "; ")
    }

    /// P1, P3 and the sender's order.
    private func violations(of sender: SenderRecord) -> [String] {
        var found: [String] = []
        let own = messages.filter { $0.message.userID == sender.user }
        let numbers = own.map { Int($0.clientID) ?? -1 }
        if numbers != numbers.indices.map({ $0 + 1 }) {
            let wrong = zip(numbers, numbers.dropFirst()).filter { $1 != $0 + 1 }.prefix(5)
            found.append("\(sender.user)'s messages are not in their order: \(Array(wrong))")
        }
        let byNumber = Dictionary(grouping: own, by: \.clientID)
        for (number, place) in sender.acknowledged {
            let stored = byNumber["\(number)"] ?? []
            guard stored.count == 1, let message = stored.first?.message else {
                found.append(
                    "\(sender.user)'s message \(number), acknowledged as \(place), is there \(stored.count) times")
                continue
            }
            let expected = SeenMessage(
                seq: place.seq, id: place.id, userID: sender.user, content: sender.content(of: number))
            if message != expected { found.append("acknowledged was \(expected), stored is \(message)") }
        }
        return found
    }

    /// P1: whatever was seen is stored, as it was seen.
    private func violations(in log: SeenLog) -> [String] {
        log.messages.values.compactMap { seen in
            let stored = messages.indices.contains(seen.seq - 1) ? messages[seen.seq - 1].message : nil
            return stored == seen ? nil : "\(log.user) saw \(seen), stored is \(stored.map { "\($0)" } ?? "nothing")"
        }
    }

    private func strangers(_ senders: [SenderRecord]) -> [String] {
        let users = Set(senders.map(\.user))
        return messages.filter { !users.contains($0.message.userID) }.map { "nobody sent \($0)" }
    }
}
