package import Configuration
import SystemPackage

extension ServiceConfiguration {
    /// The settings of a process: flags win over the environment, that over the file.
    ///
    /// - Parameters:
    ///   - flags: `--chat-port 8080` or `--chat-port=8080`, for any setting.
    ///   - file: JSON such as `{"chat": {"port": 8080}}`.
    /// - Throws: `ConfigurationError`, also for a flag that is no setting.
    package static func reader(flags: [String], file: String?) async throws(ConfigurationError) -> ConfigReader {
        let secretNames = Set(Setting.all.filter(\.isSecret).map(\.environmentName))
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: try values(of: flags)),
            EnvironmentVariablesProvider(secretsSpecifier: .specific(secretNames)),
        ]
        if let file {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
            } catch {
                throw ConfigurationError("the configuration file \(file) cannot be read: \(error)")
            }
        }
        return ConfigReader(providers: providers)
    }

    /// Of the same flag the last counts. The library's own reader of flags takes a value with commas, such as the
    /// connection string of a replica set, for a list, and passes over a flag that is mistyped.
    private static func values(
        of flags: [String]
    ) throws(ConfigurationError) -> [AbsoluteConfigKey: ConfigValue] {
        let known = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.flag, $0) })
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var rest = flags[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let setting = known[String(parts[0])] else {
                throw ConfigurationError("unknown argument \(parts[0].prefix(60)); see chat serve --help")
            }
            var text: String?
            if parts.count == 2 {
                text = String(parts[1])
            } else if let next = rest.first, !next.hasPrefix("--") {
                text = rest.removeFirst()
            }
            let key = AbsoluteConfigKey(setting.key.split(separator: ".").map(String.init))
            values[key] = ConfigValue(try content(text, of: setting), isSecret: setting.isSecret)
        }
        return values
    }

    /// - Parameter text: nil for a flag that stands alone, which switches on.
    private static func content(
        _ text: String?, of setting: Setting
    ) throws(ConfigurationError) -> ConfigContent {
        switch (setting.kind, text) {
        case (.boolean, nil):
            return .bool(true)
        case (_, nil):
            throw ConfigurationError("\(setting.flag) needs a value: \(setting.range)")
        case (.text, let text?):
            return .string(text)
        case (.number, let text?):
            guard let number = Int(text) else { throw SettingReader.refusal(of: setting) }
            return .int(number)
        case (.boolean, let text?):
            guard let value = Bool(text.lowercased()) else { throw SettingReader.refusal(of: setting) }
            return .bool(value)
        }
    }
}
