import ChatService
import Configuration
import Foundation
import Logging
import Testing

/// Serial, since the environment is one for the process. It uses only settings that no other test reads.
@Suite(.serialized) struct ServiceConfigurationTests {
    private func configuration(_ flags: String...) async throws(ConfigurationError) -> ServiceConfiguration {
        try await ServiceConfiguration(reader: ServiceConfiguration.reader(flags: flags, file: nil))
    }

    private func withFile(
        _ text: String, _ body: (String) async throws -> Void
    ) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "tertulia-\(UUID().uuidString).json")
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try await body(url.path)
    }

    private func error(_ body: () async throws(ConfigurationError) -> Void) async -> String? {
        do throws(ConfigurationError) {
            try await body()
            return nil
        } catch {
            return error.description
        }
    }

    @Test("Without any setting the documented defaults hold")
    func defaults() async throws {
        // Not the environment of the test run.
        let configuration = try await ServiceConfiguration(
            reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: [:])))
        #expect(configuration.mongoURI == "mongodb://127.0.0.1:27017")
        #expect(configuration.mongoDatabase == "chat")
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8_080)
        #expect(configuration.dataFolder == ".chat-data")
        #expect(configuration.jwtSecret == nil)
        #expect(configuration.allowsQueryToken)
        #expect(!configuration.allowsDevelopmentLogin)
        #expect(configuration.webFolder == nil)
        #expect(configuration.logLevel == .info)
        #expect(configuration.createsRooms)
        #expect(configuration.recentMessages == 100)
        #expect(configuration.sendPatience == .seconds(10))
        #expect(configuration.lanes == 1)
        #expect(configuration.eventLoops == nil)
    }

    @Test("A flag takes its value apart or after an equals sign; a switch may stand alone")
    func flagForms() async throws {
        let configuration = try await configuration(
            "--chat-port", "1234", "--chat-host=::1", "--chat-dev-login", "--chat-create-rooms", "false", "--chat-web=")
        #expect(configuration.port == 1_234)
        #expect(configuration.host == "::1")
        #expect(configuration.allowsDevelopmentLogin)
        #expect(!configuration.createsRooms)
        #expect(configuration.webFolder == "")
    }

    @Test("A value is taken as it is, commas included, as in the connection string of a replica set")
    func commas() async throws {
        let uri = "mongodb://a:1,b:2,c:3/?replicaSet=rs&w=majority"
        #expect(try await configuration("--mongodb-uri", uri).mongoURI == uri)
        #expect(try await configuration("--mongodb-uri=\(uri)").mongoURI == uri)
        let spaced = "two words, \"quoted\""
        #expect(try await configuration("--chat-port=1", "--chat-jwt-issuer", spaced).jwtIssuer == spaced)
    }

    @Test("The first flag counts like all others, and of the same flag the last")
    func firstFlag() async throws {
        #expect(try await configuration("--chat-port", "1").port == 1)
        #expect(try await configuration("--chat-port", "1", "--chat-port=2").port == 2)
    }

    @Test("A flag wins over the environment, and that over the file")
    func precedence() async throws {
        setenv("CHAT_JWT_LEEWAY", "20", 1)
        setenv("CHAT_SEND_PATIENCE", "20", 1)
        defer {
            unsetenv("CHAT_JWT_LEEWAY")
            unsetenv("CHAT_SEND_PATIENCE")
        }
        let text = #"{"chat":{"jwt":{"leeway":30},"send":{"patience":30},"lanes":3}}"#
        try await withFile(text) { file in
            let reader = try await ServiceConfiguration.reader(flags: ["--chat-jwt-leeway", "10"], file: file)
            let configuration = try await ServiceConfiguration(reader: reader)
            #expect(configuration.jwtLeewaySeconds == 10)
            #expect(configuration.sendPatience == .seconds(20))
            #expect(configuration.lanes == 3)
        }
    }

    @Test(
        "A value of the wrong type or out of range is refused, and the error names the setting in all its spellings",
        arguments: [
            ("chat.port", "70000"), ("chat.port", "-1"), ("chat.port", "http"), ("chat.port", "80.5"),
            ("chat.recent.messages", "49"), ("chat.recent.messages", "1001"), ("chat.frame.bytes", "1"),
            ("chat.outbound.bytes", "99999999999999999999"), ("chat.send.patience", "0"), ("chat.lanes", "17"),
            ("chat.event.loops", "0"), ("chat.jwt.leeway", "301"), ("chat.dev.login", "perhaps"),
            ("chat.log.level", "loud"), ("mongodb.database", String(repeating: "x", count: 64)),
        ])
    func refused(_ key: String, _ value: String) async throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        let message = await error { () throws(ConfigurationError) in
            _ = try await configuration("\(setting.flag)=\(value)")
        }
        for name in [key, setting.environmentName, setting.flag, setting.range] {
            #expect(message?.contains(name) == true, "\(message ?? "no error") should name \(name)")
        }
    }

    @Test(
        "The ends of a range are allowed",
        arguments: [("chat.port", "0"), ("chat.port", "65535"), ("chat.lanes", "16")])
    func ranges(_ key: String, _ value: String) async throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        _ = try await configuration(setting.flag, value)
    }

    @Test(
        "An argument that is no setting, and a setting without its value, are refused",
        arguments: [
            ["--chat-prot", "8080"], ["chat-port", "8080"], ["--chat-port", "8080", "9090"], ["-p"], ["--"], [""],
            ["--chat-port"], ["--chat-port", "--chat-host", "x"], ["--Chat-Port", "1"], ["--chat.port", "1"],
        ])
    func unknownFlags(_ flags: [String]) async {
        let message = await error { () throws(ConfigurationError) in
            _ = try await ServiceConfiguration.reader(flags: flags, file: nil)
        }
        #expect(message != nil)
    }

    @Test("A file that is missing or no JSON is refused by its name")
    func brokenFile() async throws {
        let missing = await error { () throws(ConfigurationError) in
            _ = try await ServiceConfiguration.reader(flags: [], file: "/no/such/file.json")
        }
        #expect(missing?.contains("/no/such/file.json") == true)
        try await withFile(#"{"chat": "#) { file in
            let broken = await error { () throws(ConfigurationError) in
                _ = try await ServiceConfiguration.reader(flags: [], file: file)
            }
            #expect(broken?.contains(file) == true)
        }
    }

    @Test("No error holds a secret")
    func secretsStaySecret() async throws {
        let secret = "correct-horse-battery-staple-0123456789"
        // A text that is no JSON, or not what is asked for, with a secret in it.
        let texts = [
            #"{"chat":{"jwt":{"secret":"\#(secret)"}}"#, #"{"chat":{"jwt":{"secret":["\#(secret)"]},"port":"x"}}"#,
        ]
        for text in texts {
            try await withFile(text) { file in
                let message = await error { () throws(ConfigurationError) in
                    let reader = try await ServiceConfiguration.reader(flags: [], file: file)
                    _ = try await ServiceConfiguration(reader: reader)
                }
                #expect(message != nil)
                #expect(message?.contains(secret) != true, "\(message ?? "")")
            }
        }
        let message = await error { () throws(ConfigurationError) in
            _ = try await configuration(
                "--chat-jwt-secret", secret, "--mongodb-uri=mongodb://u:\(secret)@h/", "--chat-port=x")
        }
        #expect(message?.contains(secret) == false)
    }

    @Test("What opens doors is marked as a secret, and each setting stands once")
    func settings() {
        #expect(Set(Setting.all.filter(\.isSecret).map(\.key)) == ["mongodb.uri", "chat.jwt.secret"])
        #expect(Set(Setting.all.map(\.flag)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.environmentName)).count == Setting.all.count)
    }

    @Test("docs/configuration.md holds the table of all settings as the program has it")
    func documentation() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/configuration.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text.contains(Setting.documentation), "put this table into docs/configuration.md:\n\(Setting.documentation)"
        )
    }
}
