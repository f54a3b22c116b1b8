package import Configuration
package import Logging

/// The settings of `chat serve`, read and checked. What each means: `Setting.all` and docs/configuration.md.
package struct ServiceConfiguration: Sendable {
    package var mongoURI: String
    package var mongoDatabase: String
    package var storage: StorageKind
    package var host: String
    package var port: Int
    package var dataFolder: String
    package var jwtSecret: String?
    package var jwksFile: String?
    package var jwtIssuer: String?
    package var jwtAudience: String?
    package var jwtLeewaySeconds: Int
    package var allowsQueryToken: Bool
    package var allowsDevelopmentLogin: Bool
    /// Nil: the standard folder, if it exists; empty: none.
    package var webFolder: String?
    package var logLevel: Logger.Level
    package var createsRooms: Bool
    package var recentMessages: Int
    package var maximumFrameBytes: Int
    package var bodySeconds: Int
    package var editWindowSeconds: Int
    package var framesPerSecond: Int
    package var floodMessages: Int
    package var retentionSeconds: Int
    package var maximumRooms: Int
    package var outboundBudgetBytes: Int
    package var sendPatience: Duration
    package var awaySeconds: Int
    package var lanes: Int
    package var eventLoops: Int?
    package var indexesForSearch: Bool
    package var searchTime: Duration

    /// Reads every setting.
    /// - Throws: `ConfigurationError` for a value of the wrong type or out of range.
    package init(reader: ConfigReader) async throws(ConfigurationError) {
        let source = SettingReader(reader: reader)
        mongoURI = try await source.text(.mongoURI) ?? "mongodb://127.0.0.1:27017"
        mongoDatabase = try await source.text(.mongoDatabase, bytes: 1...63) ?? "chat"
        storage = try await source.choice(.store, StorageKind.init(rawValue:)) ?? .mongodb
        host = try await source.text(.host, bytes: 1...255) ?? "127.0.0.1"
        port = try await source.number(.port, in: 0...65_535) ?? 8_080
        dataFolder = try await source.text(.data, bytes: 1...4_096) ?? ".chat-data"
        jwtSecret = try await source.text(.jwtSecret)
        jwksFile = try await source.text(.jwks)
        jwtIssuer = try await source.text(.jwtIssuer)
        jwtAudience = try await source.text(.jwtAudience)
        jwtLeewaySeconds = try await source.number(.jwtLeeway, in: 0...300) ?? 5
        allowsQueryToken = try await source.boolean(.queryToken) ?? true
        allowsDevelopmentLogin = try await source.boolean(.developmentLogin) ?? false
        webFolder = try await source.optionalText(.web)
        logLevel = try await source.choice(.logLevel, Logger.Level.init(rawValue:)) ?? .info
        createsRooms = try await source.boolean(.createRooms) ?? true
        recentMessages = try await source.number(.recentMessages, in: 50...1_000) ?? 100
        maximumFrameBytes = try await source.number(.frameBytes, in: 65_536...16_777_216) ?? 131_072
        bodySeconds = try await source.number(.bodySeconds, in: 1...3_600) ?? 20
        editWindowSeconds = try await source.number(.editWindow, in: 0...315_360_000) ?? 0
        framesPerSecond = try await source.number(.framesPerSecond, in: 0...1_000_000) ?? 100
        floodMessages = try await source.number(.floodMessages, in: 0...1_000_000) ?? 100
        retentionSeconds = try await source.number(.retentionSeconds, in: 0...86_400) ?? 60
        maximumRooms = try await source.number(.socketRooms, in: 1...10_000) ?? 500
        outboundBudgetBytes = try await source.number(.outboundBytes, in: 65_536...268_435_456) ?? 1_048_576
        sendPatience = .seconds(try await source.number(.sendPatience, in: 1...60) ?? 10)
        awaySeconds = try await source.number(.awaySeconds, in: 1...86_400) ?? 600
        lanes = try await source.number(.lanes, in: 1...16) ?? 1
        eventLoops = try await source.number(.eventLoops, in: 1...256)
        indexesForSearch = try await source.boolean(.searchIndex) ?? true
        searchTime = .milliseconds(try await source.number(.searchMilliseconds, in: 50...10_000) ?? 500)
    }
}
