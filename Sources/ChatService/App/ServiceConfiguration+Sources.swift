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
        try check(flags)
        let secretFlags = Set(Setting.all.filter(\.isSecret).map(\.flag))
        let secretNames = Set(Setting.all.filter(\.isSecret).map(\.environmentName))
        var providers: [any ConfigProvider] = [
            CommandLineArgumentsProvider(arguments: flags, secretsSpecifier: .specific(secretFlags)),
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

    /// A flag that is mistyped would else be passed over in silence.
    private static func check(_ flags: [String]) throws(ConfigurationError) {
        let known = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.flag, $0) })
        var rest = flags[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let setting = known[String(parts[0])] else {
                throw ConfigurationError("unknown argument \(parts[0].prefix(60)); see chat serve --help")
            }
            guard parts.count == 1 else { continue }
            if let value = rest.first, !value.hasPrefix("--") {
                rest.removeFirst()
            } else if setting.kind != .boolean {
                throw ConfigurationError("\(setting.flag) needs a value: \(setting.range)")
            }
        }
    }
}
