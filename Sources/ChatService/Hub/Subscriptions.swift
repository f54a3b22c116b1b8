import NIOCore

/// Who gets what on one event loop.
struct Subscriptions {
    private struct Subscriber {
        let outlet: Outlet
        /// Frames up to this position are not sent.
        var position: Int64
    }

    /// Subscribers in one array, so that a broadcast is a walk, and where each stands, so that leaving is quick.
    private struct Audience {
        var subscribers: [Subscriber] = []
        var places: [Outlet.ID: Int] = [:]
    }

    /// Frames of a topic that were not written yet, as one buffer.
    private struct Pending {
        var frames: ByteBuffer
        /// What `frames` was made of, for a subscriber that has a part of it already.
        var parts: [Broadcast]
    }

    private var audiences: [Topic: Audience] = [:]

    mutating func add(_ outlet: Outlet, to topic: Topic, after position: Int64) {
        var audience = audiences.removeValue(forKey: topic) ?? Audience()
        if let place = audience.places[outlet.id] {
            audience.subscribers[place].position = position
        } else {
            audience.places[outlet.id] = audience.subscribers.count
            audience.subscribers.append(Subscriber(outlet: outlet, position: position))
        }
        audiences[topic] = audience
    }

    mutating func remove(_ outlet: Outlet, from topic: Topic) {
        guard var audience = audiences.removeValue(forKey: topic) else { return }
        if let place = audience.places.removeValue(forKey: outlet.id) {
            // The last one takes the free place.
            let last = audience.subscribers.removeLast()
            if last.outlet.id != outlet.id {
                audience.subscribers[place] = last
                audience.places[last.outlet.id] = place
            }
        }
        if !audience.subscribers.isEmpty { audiences[topic] = audience }
    }

    func outlets(of topic: Topic) -> [Outlet] {
        audiences[topic]?.subscribers.map(\.outlet) ?? []
    }

    /// Writes all broadcasts of a turn and flushes each channel that got something, once.
    func deliver(_ broadcasts: [Broadcast]) {
        var pending: [Topic: Pending] = [:]
        var written: [Outlet] = []
        for broadcast in broadcasts where audiences[broadcast.topic] != nil {
            if canJoin(broadcast, pending[broadcast.topic]) {
                append(broadcast, to: &pending[broadcast.topic])
            } else {
                if let earlier = pending.removeValue(forKey: broadcast.topic) {
                    write(earlier, to: broadcast.topic, &written)
                }
                if broadcast.isEphemeral || !broadcast.recipients.isAll {
                    writeAlone(broadcast, &written)
                } else {
                    append(broadcast, to: &pending[broadcast.topic])
                }
            }
        }
        for (topic, frames) in pending { write(frames, to: topic, &written) }
        for outlet in written { outlet.flush() }
    }

    /// Frames share a buffer when everyone gets them alike, and either all have a position or none has.
    private func canJoin(_ broadcast: Broadcast, _ pending: Pending?) -> Bool {
        guard !broadcast.isEphemeral, broadcast.recipients.isAll else { return false }
        guard let first = pending?.parts.first else { return true }
        return (first.position == nil) == (broadcast.position == nil)
    }

    private func append(_ broadcast: Broadcast, to pending: inout Pending?) {
        guard pending != nil else {
            pending = Pending(frames: broadcast.frames, parts: [broadcast])
            return
        }
        pending?.frames.writeImmutableBuffer(broadcast.frames)
        pending?.parts.append(broadcast)
    }

    private func write(_ pending: Pending, to topic: Topic, _ written: inout [Outlet]) {
        let firstPosition = pending.parts.first?.position ?? .max
        for subscriber in audiences[topic]?.subscribers ?? [] {
            if subscriber.position < firstPosition {
                put(pending.frames, to: subscriber.outlet, isEphemeral: false, &written)
            } else {
                for part in pending.parts where subscriber.position < part.position ?? .max {
                    put(part.frames, to: subscriber.outlet, isEphemeral: false, &written)
                }
            }
        }
    }

    private func writeAlone(_ broadcast: Broadcast, _ written: inout [Outlet]) {
        guard let audience = audiences[broadcast.topic] else { return }
        func put(_ subscriber: Subscriber) {
            if let position = broadcast.position, subscriber.position >= position { return }
            self.put(broadcast.frames, to: subscriber.outlet, isEphemeral: broadcast.isEphemeral, &written)
        }
        switch broadcast.recipients {
        case .all:
            audience.subscribers.forEach(put)
        case .allExcept(let others):
            for subscriber in audience.subscribers where !others.contains(subscriber.outlet.id) { put(subscriber) }
        case .only(let chosen):
            for id in chosen {
                if let place = audience.places[id] { put(audience.subscribers[place]) }
            }
        }
    }

    private func put(_ frames: ByteBuffer, to outlet: Outlet, isEphemeral: Bool, _ written: inout [Outlet]) {
        let isFirst = !outlet.needsFlush
        if outlet.write(frames, isEphemeral: isEphemeral), isFirst { written.append(outlet) }
    }
}
