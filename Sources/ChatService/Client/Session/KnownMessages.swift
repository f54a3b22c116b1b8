/// The messages that were shown, so that a person can name one by its number.
struct KnownMessages: Sendable {
    static let capacity = 2_000

    private var bySeq: [Int64: RoomMessage] = [:]
    private var seqs: [String: Int64] = [:]
    /// The newest message of one's own that is not deleted.
    private(set) var ownSeq: Int64?

    subscript(_ seq: Int64) -> RoomMessage? { bySeq[seq] }

    /// The number of a message.
    func seq(of id: String) -> Int64? { seqs[id] }

    mutating func learn(_ message: RoomMessage, isOwn: Bool) {
        guard let seq = message.seq else { return }
        if bySeq.count >= Self.capacity, bySeq[seq] == nil, let oldest = bySeq.keys.min() {
            // Older ones that were asked for are the first to go again.
            if let gone = bySeq.removeValue(forKey: oldest) { seqs[gone.id] = nil }
        }
        bySeq[seq] = message
        seqs[message.id] = seq
        guard isOwn else { return }
        if !message.isDeleted {
            ownSeq = max(ownSeq ?? 0, seq)
        } else if ownSeq == seq {
            ownSeq = nil
        }
    }
}
