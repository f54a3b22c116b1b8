import BSON
import Chat
import Logging
import Metrics
import MongoStore
import TextIndex

/// Search, met by MongoDB.
struct MongoSearchStore: SearchStore {
    /// Of one user; beyond them the ones with the newest messages count.
    static let maximumRooms = 1_000

    let client: MongoClient
    /// Learns of the ids that are read, as everywhere.
    let ids: ObjectIDGenerator
    let timeBudget: Duration
    let logger: Logger
    /// Searches are long jobs: they must not take all the connections.
    private let gate = LimitedGate(places: 3, waiting: 64)

    init(client: MongoClient, ids: ObjectIDGenerator, timeBudget: Duration, logger: Logger) {
        self.client = client
        self.ids = ids
        self.timeBudget = timeBudget
        self.logger = logger
    }

    func search(
        _ query: SearchQuery, in room: RoomID, from first: Int64
    ) async throws(ChatError) -> SearchPage {
        let search = try mongoSearch(query)
        return try await run("search room", scope: "room") { connection in
            guard var record = try connection.rooms.find(room.rawValue) else { return nil }
            record.firstSeq = max(record.firstSeq, first)
            return try search.run(in: record, connection)
        }
    }

    func search(_ query: SearchQuery, inRoomsOf user: UserID) async throws(ChatError) -> SearchPage {
        let search = try mongoSearch(query)
        return try await run("search rooms", scope: "rooms") { connection in
            let rooms = try connection.members.rooms(of: user.rawValue, limit: Self.maximumRooms)
                .compactMap { record, member -> RoomRecord? in
                    let room = Room(record)
                    guard !room.isGone else { return nil }
                    var seen = record
                    seen.firstSeq = RoomRules.firstVisible(to: .member(Membership(member)), in: room)
                    return room.settings.history == .joined && seen.firstSeq > record.last.seq ? nil : seen
                }
            return try search.run(in: rooms, connection)
        }
    }

    private func mongoSearch(_ query: SearchQuery) throws(ChatError) -> MessageSearch {
        var pattern: TextPattern?
        if let text = query.text {
            pattern = TextPattern(text)
            guard pattern != nil else { throw .badRequest("q holds nothing that can be seen") }
        }
        let attributes = query.attributes.map { (attribute) -> SearchCriteria.Attribute in
            switch attribute {
            case .file: .file
            case .link: .link
            case .mention: .mention
            }
        }
        return MessageSearch(
            SearchCriteria(pattern: pattern, userID: query.author?.rawValue, attributes: Set(attributes)),
            before: query.before, limit: query.limit, timeBudget: timeBudget)
    }

    private func run(
        _ label: StaticString, scope: String,
        _ job: @escaping @Sendable (MongoConnection) throws -> MessageSearch.Result?
    ) async throws(ChatError) -> SearchPage {
        guard await gate.enter() else { throw .unavailable("too many are searching; try again") }
        let start = ContinuousClock.now
        let result: MessageSearch.Result?
        do {
            result = try await client.run(label, job)
            gate.leave()
        } catch {
            gate.leave()
            throw failure(error, label)
        }
        Timer(label: "search_duration", dimensions: [("scope", scope)]).record(duration: .now - start)
        guard let result else { return .empty }
        let hits = result.hits.map { hit in
            ids.observe(hit.record.id)
            return SearchPage.Hit(message: Message(hit.record), ranges: hit.ranges)
        }
        return SearchPage(hits: hits, nextBeforeID: result.next, indexedThrough: result.indexedThrough)
    }

    private func failure(_ error: any Error, _ label: StaticString) -> ChatError {
        switch error {
        case let error as MongoError where error.isTransient || error.code == .shutdown || error.code == .timeout:
            logger.debug("database does not answer", metadata: ["job": "\(label)", "error": "\(error)"])
            return .unavailable("the database does not answer")
        case is CancellationError:
            return .unavailable("the request was given up")
        default:
            logger.error("database error", metadata: ["job": "\(label)", "error": "\(error)"])
            return .internalError
        }
    }
}
