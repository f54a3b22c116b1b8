extension Setting {
    static let mongoURI = Setting(
        "mongodb.uri", .text, standard: "mongodb://127.0.0.1:27017", range: "a MongoDB connection string",
        isSecret: true, "The database, with any option of the C driver (TLS, SCRAM, replica set, pool size …).")
    static let mongoDatabase = Setting(
        "mongodb.database", .text, standard: "chat", range: "1 to 63 bytes", "The name of the database.")
    static let store = Setting(
        "chat.store", .text, standard: "mongodb", range: "mongodb or none",
        "Where messages are kept. none is for benchmarks: nothing is stored, and no database is needed.")
    static let host = Setting(
        "chat.host", .text, standard: "127.0.0.1", range: "an address or a host name", "Where to listen.")
    static let port = Setting(
        "chat.port", .number, standard: "8080", range: "0 to 65535", "Where to listen; 0 takes any free port.")
    static let data = Setting(
        "chat.data", .text, standard: ".chat-data", range: "a folder",
        "Where the service keeps its own files, such as a generated secret.")
    static let jwtSecret = Setting(
        "chat.jwt.secret", .text, standard: "generated once into the data folder", range: "at least 32 bytes",
        isSecret: true, "The secret of HS256 tokens.")
    static let jwks = Setting(
        "chat.jwks", .text, standard: "none", range: "a file",
        "Public keys (JWKS) of RS256, ES256 and EdDSA tokens. With it, HS256 counts only if a secret is set too.")
    static let jwtIssuer = Setting(
        "chat.jwt.issuer", .text, standard: "any", range: "text", "What a token's iss must be.")
    static let jwtAudience = Setting(
        "chat.jwt.audience", .text, standard: "any", range: "text", "What a token's aud must name.")
    static let jwtLeeway = Setting(
        "chat.jwt.leeway", .number, standard: "5", range: "0 to 300", "Seconds by which clocks may differ.")
    static let queryToken = Setting(
        "chat.query.token", .boolean, standard: "true", range: "true or false",
        "Whether ?token= is accepted. Addresses may end up in the logs of proxies; the service does not log them.")
    static let developmentLogin = Setting(
        "chat.dev.login", .boolean, standard: "false", range: "true or false",
        "Whether POST /auth/dev gives a token to anyone who asks. For trying out only.")
    static let web = Setting(
        "chat.web", .text, standard: "web, if that folder exists", range: "a folder",
        "The web client's files, served at /. An empty text serves none.")
    static let logLevel = Setting(
        "chat.log.level", .text, standard: "info",
        range: "trace, debug, info, notice, warning, error or critical", "What is logged, to the standard error.")
    static let createRooms = Setting(
        "chat.create.rooms", .boolean, standard: "true", range: "true or false",
        "Whether joining a room that does not exist makes it, as a public one.")
    static let recentMessages = Setting(
        "chat.recent.messages", .number, standard: "100", range: "50 to 1000",
        "Messages kept in memory for each room that somebody looks at.")
    static let frameBytes = Setting(
        "chat.frame.bytes", .number, standard: "131072", range: "65536 to 16777216",
        "The largest message of a client, in bytes of JSON.")
    static let bodySeconds = Setting(
        "chat.body.seconds", .number, standard: "20", range: "1 to 3600",
        "Seconds that the body of a request may take, and one more for each 4 KiB of it. A slower one gets 408.")
    static let editWindow = Setting(
        "chat.edit.window", .number, standard: "0", range: "0 to 315360000; 0: at any time",
        "Seconds after sending in which an author may edit and delete a message.")
    static let framesPerSecond = Setting(
        "chat.frames.per.second", .number, standard: "100", range: "0 to 1000000; 0: any number",
        "Frames a second that a socket may send on average, and twice as many at once. More are refused with rate_limited."
    )
    static let floodMessages = Setting(
        "chat.flood.messages", .number, standard: "100", range: "0 to 1000000; 0: any number",
        "Messages that a member, who is no moderator, may send to one room in ten seconds, by this process. More are refused with rate_limited."
    )
    static let retentionSeconds = Setting(
        "chat.retention.seconds", .number, standard: "60", range: "0 to 86400; 0: never",
        "How often this process removes what the retention settings of rooms no longer keep. One of several is enough.")
    static let socketRooms = Setting(
        "chat.socket.rooms", .number, standard: "500", range: "1 to 10000", "Rooms that one socket of /chat may join.")
    static let outboundBytes = Setting(
        "chat.outbound.bytes", .number, standard: "1048576", range: "65536 to 268435456",
        "What may wait for one slow reader before its socket is closed with 4002.")
    static let sendPatience = Setting(
        "chat.send.patience", .number, standard: "10", range: "1 to 60",
        "Seconds that a message may wait for the database before its sender is told unavailable.")
    static let awaySeconds = Setting(
        "chat.away.seconds", .number, standard: "600", range: "1 to 86400",
        "A user of whom nothing came for so long is shown as away.")
    static let lanes = Setting(
        "chat.lanes", .number, standard: "1", range: "1 to 16",
        "Connections that write messages. More than one helps with a replica set under heavy load.")
    static let eventLoops = Setting(
        "chat.event.loops", .number, standard: "the number of cores", range: "1 to 256",
        "Threads that serve connections.")
    static let searchIndex = Setting(
        "chat.search.index", .boolean, standard: "true", range: "true or false",
        "Whether this process indexes messages for search, in the background. One of several is enough.")
    static let searchMilliseconds = Setting(
        "chat.search.milliseconds", .number, standard: "500", range: "50 to 10000",
        "How long a search goes on before it answers with what it has found.")

    /// All settings, in the order of the documentation.
    package static let all: [Setting] = [
        mongoURI, mongoDatabase, store, host, port, data, jwtSecret, jwks, jwtIssuer, jwtAudience, jwtLeeway,
        queryToken, developmentLogin, web, logLevel, createRooms, recentMessages, frameBytes, bodySeconds, editWindow,
        framesPerSecond, floodMessages, retentionSeconds,
        socketRooms, outboundBytes, sendPatience, awaySeconds, lanes, eventLoops, searchIndex, searchMilliseconds,
    ]

    /// The table of docs/configuration.md, as Markdown.
    package static var documentation: String {
        let rows = all.map { setting in
            [
                "`\(setting.key)`", "`\(setting.environmentName)`", "`\(setting.flag)`", setting.kind.rawValue,
                setting.standard, setting.range, setting.meaning,
            ].joined(separator: " | ")
        }
        let head = ["key", "environment", "flag", "type", "default", "range", "meaning"]
        let lines = [head.joined(separator: " | "), head.map { _ in "---" }.joined(separator: " | ")] + rows
        return lines.map { "| \($0) |\n" }.joined()
    }
}
