import BSON
import Chat
import ChatLog

/// What must hold, whatever happens.
extension Exploration {
    /// Takes note of what the processes told since the last step, and checks what must hold at that moment.
    mutating func collect() {
        for index in processes.indices {
            guard let (shown, rollbacks) = processes[index].feed.takeNews() else { continue }
            for message in shown where !model.everCommitted.contains(message) {
                violations.append("shown before it was stored: \(message.roomID) \(message.seq)")
            }
            for room in rollbacks {
                if processes[index].mayReport.remove(room) == nil {
                    violations.append("process \(index) says that \(room) went back, but nothing was lost")
                }
                processes[index].mustReport.remove(room)
                processes[index].acknowledged[room] = nil
            }
        }
        for answer in inbox.take() {
            answers[answer.submission] += 1
            unheard.append(answer)
            let sent = submissions[answer.submission]
            if case .success(let acknowledgement) = answer.result, !acknowledgement.isDuplicate {
                checkAcknowledgement(acknowledgement, of: clients[sent.client].room, by: sent.process)
            }
        }
    }

    private mutating func checkAcknowledgement(_ answer: Acknowledgement, of room: RoomID, by number: Int) {
        // What was written before the last disaster says nothing of what this process writes now.
        guard !writtenBefore.contains(answer.id), let index = processes.firstIndex(where: { $0.number == number })
        else {
            return
        }
        processes[index].acknowledged[room] = max(answer.seq, processes[index].acknowledged[room] ?? 0)
        if processes[index].mustReport.contains(room) {
            violations.append("process \(index) writes \(room) on without saying that something was lost")
        }
    }

    /// What must hold at rest.
    mutating func check() {
        for room in rooms {
            let stored = model.stored(in: room)
            checkOrder(of: stored, in: room)
            checkClients(of: room, against: stored)
            checkViews(of: room, against: stored)
        }
        for (number, count) in answers.enumerated() {
            let mayBeSilent = killed.contains(submissions[number].process)
            if count != 1, !(mayBeSilent && count == 0) {
                violations.append("submission \(number) was answered \(count) times")
            }
        }
    }

    /// One order: numbers without a hole or a repeat, and ids that grow with them.
    private mutating func checkOrder(of stored: [Message], in room: RoomID) {
        for (place, message) in stored.enumerated() where message.seq != Int64(place) + 1 {
            violations.append("\(room) is numbered \(stored.map(\.seq))")
            break
        }
        for (earlier, later) in zip(stored, stored.dropFirst()) where earlier.id >= later.id {
            violations.append("\(room): the id of \(later.seq) is not greater than that of \(earlier.seq)")
        }
    }

    /// Exactly once, as acknowledged, and in the sender's order; but for what a disaster took.
    private mutating func checkClients(of room: RoomID, against stored: [Message]) {
        let byKey = Dictionary(grouping: stored, by: \.key)
        var drafts: [ClientKey: MessageDraft] = [:]
        for (number, client) in clients.enumerated() where client.room == room {
            var last: Int64 = 0
            for (place, item) in client.items.enumerated() where item.kind == .plain {
                let key = ClientKey(userID: item.draft.author.id, clientID: item.draft.clientID)
                drafts[key] = item.draft
                let isLost = lost.contains(SharedKey(room: room, key: key))
                let found = byKey[key] ?? []
                if found.count > 1 || found.isEmpty && !isLost {
                    violations.append("client \(number), message \(place) is stored \(found.count) times")
                }
                // What was lost may be sent again by somebody who was not told that it had been stored.
                guard let seq = found.first?.seq, !isLost else { continue }
                if seq <= last { violations.append("client \(number), message \(place) is out of its sender's order") }
                last = seq
            }
        }
        for message in stored where drafts[message.key]?.content != message.content {
            violations.append("\(room) \(message.seq) was never sent like that")
        }
        checkAcknowledgements(in: room, byKey)
    }

    private mutating func checkAcknowledgements(in room: RoomID, _ byKey: [ClientKey: [Message]]) {
        var firsts: Set<ClientKey> = []
        for (number, place, answer) in acknowledged where clients[number].room == room {
            let draft = clients[number].items[place].draft
            let key = ClientKey(userID: draft.author.id, clientID: draft.clientID)
            if lost.contains(SharedKey(room: room, key: key)) { continue }
            let message = byKey[key]?.first
            if message?.id != answer.id || message?.seq != answer.seq || message?.timestamp != answer.timestamp {
                violations.append("client \(number), message \(place): acknowledged as \(answer.seq), stored otherwise")
            }
            if !answer.isDuplicate, !firsts.insert(key).inserted {
                violations.append("client \(number), message \(place) was acknowledged twice as new")
            }
        }
    }

    /// Whoever looks at the room was shown each message after the one he came with, in order, once, to the end; unless
    /// something of it was lost and this process has not written there since.
    private mutating func checkViews(of room: RoomID, against stored: [Message]) {
        for (number, process) in processes.enumerated() where !process.mayReport.contains(room) {
            guard let view = process.feed.view(of: room), let opened = view.openedAt else { continue }
            if view.shown != Array(stored.dropFirst(Int(opened))) {
                violations.append("process \(number) showed \(view.shown.map(\.seq)) of \(room) after \(opened)")
            }
        }
    }
}
