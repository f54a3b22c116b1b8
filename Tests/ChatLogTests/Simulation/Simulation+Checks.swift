import BSON
import Chat
import ChatLog

/// What must hold at rest, whatever happened before.
extension Simulation {
    func check() {
        for room in rooms {
            let stored = world.with { $0.messages.all(in: room) }
            checkOrder(of: stored, in: room)
            checkClients(of: room, against: stored)
            checkViews(of: room, against: stored)
        }
        for (submission, count) in answers.counts.enumerated() where count != 1 {
            world.report("submission \(submission) was answered \(count) times")
        }
    }

    /// One order: numbers without a hole or a repeat, and ids that grow with them.
    private func checkOrder(of stored: [Message], in room: RoomID) {
        if stored.map(\.seq) != (0..<stored.count).map({ Int64($0) + 1 }) {
            world.report("\(room) is numbered \(stored.map(\.seq))")
        }
        for (earlier, later) in zip(stored, stored.dropFirst()) where earlier.id >= later.id {
            world.report("\(room): the id of \(later.seq) is not greater than that of \(earlier.seq)")
        }
    }

    /// Exactly once, as acknowledged, and in the sender's order.
    private func checkClients(of room: RoomID, against stored: [Message]) {
        let byKey = Dictionary(grouping: stored, by: \.key)
        var drafts: [ClientKey: MessageDraft] = [:]
        for (number, client) in clients.enumerated() where client.room == room {
            var last: Int64 = 0
            for (place, item) in client.items.enumerated() where item.kind == .plain {
                let key = ClientKey(userID: item.draft.author.id, clientID: item.draft.clientID)
                drafts[key] = item.draft
                let found = byKey[key] ?? []
                guard let message = found.first, found.count == 1 else {
                    world.report("client \(number), message \(place) is stored \(found.count) times")
                    continue
                }
                if message.seq <= last {
                    world.report("client \(number), message \(place) is out of the sender's order")
                }
                last = message.seq
            }
        }
        for message in stored where drafts[message.key]?.content != message.content {
            world.report("\(room) \(message.seq) was never sent like that")
        }
        checkAcknowledgements(in: room, byKey)
    }

    private func checkAcknowledgements(in room: RoomID, _ byKey: [ClientKey: [Message]]) {
        var firsts: Set<ClientKey> = []
        for (number, place, answer) in acknowledged where clients[number].room == room {
            let draft = clients[number].items[place].draft
            let key = ClientKey(userID: draft.author.id, clientID: draft.clientID)
            let message = byKey[key]?.first
            if message?.id != answer.id || message?.seq != answer.seq || message?.timestamp != answer.timestamp {
                world.report("client \(number), message \(place) was acknowledged as \(answer.seq), stored otherwise")
            }
            if !answer.isDuplicate, !firsts.insert(key).inserted {
                world.report("client \(number), message \(place) was acknowledged twice as new")
            }
        }
    }

    /// Whoever looks at the room was shown each message after the one he came with, in order, once, to the end.
    private func checkViews(of room: RoomID, against stored: [Message]) {
        for (number, process) in processes.enumerated() {
            guard let view = process.feed.view(of: room), let opened = view.openedAt else { continue }
            if view.shown != Array(stored.dropFirst(Int(opened))) {
                world.report("process \(number) showed \(view.shown.map(\.seq)) of \(room) after \(opened)")
            }
        }
    }
}
