import Auth
import BSON
import Chat
import ChatClient
import MongoStore
import NIOHTTP1
import NIOPosix
import TestSupport

/// A service of one suite's own on a database of its own, and people who use it.
final class ChatFixture: Sendable {
    let server: ChatServer
    let uri: String
    let database: String
    let group = MultiThreadedEventLoopGroup.singleton

    private init(server: ChatServer, uri: String, database: String) {
        self.server = server
        self.uri = uri
        self.database = database
    }

    /// Runs `body` with a fresh service. Its database goes with the tests' server: dropping one stalls the embedded server,
    /// and with it the other tests, for seconds.
    ///
    /// - Parameter uri: of the server; nil: the one that all tests share.
    static func with(
        uri: String? = nil, environment: [String: String] = [:], _ body: (ChatFixture) async throws -> Void
    ) async throws {
        try await ServiceSlots.shared.with {
            try await withService(uri: uri, environment: environment, body)
        }
    }

    private static func withService(
        uri: String?, environment: [String: String], _ body: (ChatFixture) async throws -> Void
    ) async throws {
        let uri = try uri ?? TestEnvironment.mongoURI()
        let database = TestEnvironment.randomDatabaseName()
        try await ChatServer.migrate(uri: uri, database: database)
        let server = try await ChatServer.start(uri: uri, database: database, environment: environment)
        let fixture = ChatFixture(server: server, uri: uri, database: database)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        try result.get()
    }

    static func token(_ user: String, name: String? = nil, lifetimeSeconds: Int64 = 3_600) throws -> String {
        try TokenIssuer(secret: SigningSecret(ChatServer.secret)).issue(
            userID: UserID(user), name: name, lifetimeSeconds: lifetimeSeconds
        ).token
    }

    /// Looks into the database.
    func withDatabase<T: Sendable>(_ body: @escaping @Sendable (MongoConnection) throws -> T) async throws -> T {
        let client = try MongoClient(MongoConfiguration(uri: uri, database: database))
        do {
            let value = try await client.run("test", body)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Opens a socket of the room.
    func join(_ room: String, _ user: String, on server: ChatServer? = nil) async throws -> TestSocket {
        try await open("/chat/\(room)", user, on: server)
    }

    func open(
        _ path: String, _ user: String, subprotocols: [String] = [], on server: ChatServer? = nil
    ) async throws -> TestSocket {
        let connection = try await ChatClient.connect(
            url: (server ?? self.server).socketURL + path, headers: try Self.headers(user), subprotocols: subprotocols,
            group: group)
        return TestSocket(connection: connection)
    }

    /// Opens a socket of the room in the second dialect.
    func joinV2(
        _ room: String, _ user: String, cursor: String? = nil, on server: ChatServer? = nil
    ) async throws -> TestSocket {
        let query = cursor.map { "?cursor=\($0)" } ?? ""
        return try await open("/chat/\(room)\(query)", user, subprotocols: ["chat.v2"], on: server)
    }

    func post(
        _ path: String, _ user: String, _ body: String, on server: ChatServer? = nil
    ) async throws -> (status: Int, body: JSON) {
        let response = try await PlainHTTP.post(
            (server ?? self.server).url + path, json: body, headers: try Self.headers(user), on: group)
        return (response.status, try JSON(response.text))
    }

    func get(_ path: String, _ user: String? = "reader", on server: ChatServer? = nil) async throws -> (
        status: Int, body: JSON
    ) {
        try await Self.get(path, user: user, on: server ?? self.server)
    }

    static func get(_ path: String, user: String?, on server: ChatServer) async throws -> (status: Int, body: JSON) {
        let response = try await PlainHTTP.get(
            server.url + path, headers: try user.map(headers) ?? [:], on: MultiThreadedEventLoopGroup.singleton)
        return (response.status, try JSON(response.text))
    }

    private static func headers(_ user: String) throws -> HTTPHeaders {
        ["Authorization": "Bearer \(try token(user))"]
    }
}
