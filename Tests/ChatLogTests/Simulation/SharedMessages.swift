import BSON
import Chat
import ChatLog

/// A model of the collection `messages` on a replica set: two unique indexes, ordered inserts, and a majority that
/// acknowledges what was written some time later, or loses it to a change of the primary.
struct SharedMessages {
    private struct Place: Hashable {
        let room: RoomID
        let seq: Int64
    }

    private struct Owner: Hashable {
        let room: RoomID
        let key: ClientKey
    }

    /// All that was written, in order.
    private(set) var written: [Message] = []
    /// How many of `written` the majority has. They are never lost.
    private(set) var committedCount = 0
    /// Writes whose sender was told nothing, and that may still happen: what is left of each.
    private(set) var lateWrites: [[Message]] = []

    private var places: Set<Place> = []
    private var owners: Set<Owner> = []
    private var committed: [RoomID: [Message]] = [:]

    /// A content that the validator refuses.
    static let invalidContent = "invalid"

    /// Inserts in order, up to the first refusal.
    mutating func insert(_ messages: ArraySlice<Message>) -> (count: Int, refusal: AppendOutcome.Refusal?) {
        for (count, message) in messages.enumerated() {
            if message.content == Self.invalidContent { return (count, .invalid("the validator refuses it")) }
            let place = Place(room: message.roomID, seq: message.seq)
            let owner = Owner(room: message.roomID, key: message.key)
            guard !places.contains(place), !owners.contains(owner) else { return (count, .duplicate) }
            places.insert(place)
            owners.insert(owner)
            written.append(message)
        }
        return (messages.count, nil)
    }

    mutating func insertLater(_ messages: ArraySlice<Message>) {
        if !messages.isEmpty { lateWrites.append(Array(messages)) }
    }

    /// Goes on with a late write. Ordered: a refusal ends it.
    mutating func continueLateWrite(at index: Int, count: Int) {
        let write = lateWrites[index]
        let part = write.prefix(count)
        let (inserted, refusal) = insert(part)
        if refusal == nil, inserted < write.count {
            lateWrites[index] = Array(write.dropFirst(inserted))
        } else {
            lateWrites.remove(at: index)
        }
    }

    mutating func commit(_ count: Int = .max) {
        for message in written.dropFirst(committedCount).prefix(count) {
            committed[message.roomID, default: []].append(message)
            committedCount += 1
        }
    }

    /// Another primary takes over: what the majority does not have is gone, and so is what was on its way.
    mutating func changePrimary() {
        for message in written.dropFirst(committedCount) {
            places.remove(Place(room: message.roomID, seq: message.seq))
            owners.remove(Owner(room: message.roomID, key: message.key))
        }
        written.removeLast(written.count - committedCount)
        lateWrites = []
    }

    // MARK: Reads at majority

    func tail(of room: RoomID) -> LogTail {
        (committed[room] ?? []).max { $0.seq < $1.seq }.map { LogTail(seq: $0.seq, id: $0.id) } ?? .empty
    }

    func messages(in room: RoomID, seqs: ClosedRange<Int64>) -> [Message] {
        (committed[room] ?? []).filter { seqs.contains($0.seq) }.sorted { $0.seq < $1.seq }
    }

    func messages(in room: RoomID, keys: [ClientKey]) -> [Message] {
        (committed[room] ?? []).filter { keys.contains($0.key) }.reversed()
    }

    /// In the order in which they were written.
    func all(in room: RoomID) -> [Message] { committed[room] ?? [] }
}

extension Message {
    var key: ClientKey { ClientKey(userID: userID, clientID: clientID) }
}
