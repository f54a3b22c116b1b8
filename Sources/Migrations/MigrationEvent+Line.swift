import MongoStore

extension MigrationEvent {
    /// For people; nil when it is not worth a line.
    var line: String? {
        switch self {
        case .databaseAway(let error, let limit):
            "the database is away, trying for \(TimeText.duration(limit)): \(error.message)"
        case .databaseBack: "the database is back"
        case .lockHeld(let holder): "waiting for another migration to end: \(holder)"
        case .lockTaken(let holder): "took over the lock of a migration that ended without releasing it: \(holder)"
        case .stepStarted(let step, let count): "step \(step.version) of \(count): \(step.name)"
        case .stepFinished(let record):
            "step \(record.version) done in \(TimeText.duration(.milliseconds(record.durationMilliseconds)))"
        case .repairing(let difference): "putting right: \(difference)"
        case .foreignDocuments(let collection, let completed, let rejected):
            "  \(collection): \(completed) older documents completed, \(rejected) moved to \(collection)_rejected"
        case .collectionCreated(let name): "  collection \(name) created"
        case .validatorSet(let name): "  validator of \(name) set"
        default: indexLine ?? adoptionLine
        }
    }

    private var indexLine: String? {
        switch self {
        case .indexStarted(let collection, let index, let documents) where documents > 0:
            "  \(collection): building index \(index) over \(Self.count(documents, "document"))"
        case .indexProgress(let collection, let index, let documents, let elapsed, let percent):
            "  \(collection): building \(index) over \(Self.count(documents, "document")), "
                + (percent.map { "\($0) %, " } ?? "") + "for \(TimeText.duration(elapsed))"
        case .indexFinished(let collection, let index, let elapsed):
            "  \(collection): index \(index) built in \(TimeText.duration(elapsed))"
        case .indexRebuilt(let collection, let index):
            "  \(collection): the server was restarted while it built \(index) for an earlier run; building it anew"
        default: nil
        }
    }

    private var adoptionLine: String? {
        switch self {
        case .adoptionStarted(let messages):
            "  messages: looking through \(Self.count(messages, "message")) for some of an older application"
        case .adoptionMayRace(let age):
            "warning: the newest message is \(TimeText.duration(max(age, .zero))) old; if an older application still"
                + " writes here, stop it"
        case .adoptionProgress(let counts, let total, let elapsed):
            "  messages: \(counts.examined) of \(total) examined, \(counts.numbered) numbered, \(counts.rejected) moved"
                + " aside, \(TimeText.duration(elapsed))"
        case .adoptionLateMessages:
            "warning: messages came in while others were being numbered: an older application is still writing."
                + " Once more."
        case .adoptionFinished(let counts, let elapsed):
            "  messages: \(counts.numbered) numbered, \(counts.rejected) moved to messages_rejected; made"
                + " \(counts.rooms) rooms, \(counts.members) members, \(counts.users) users; "
                + TimeText.duration(elapsed)
        default: nil
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
