import Configuration

/// Reads single settings and checks them against what is allowed.
struct SettingReader: Sendable {
    let reader: ConfigReader

    /// Nil when it is missing or empty.
    func text(_ setting: Setting, bytes: ClosedRange<Int>? = nil) async throws(ConfigurationError) -> String? {
        guard let value = try await optionalText(setting), !value.isEmpty else { return nil }
        if let bytes, !bytes.contains(value.utf8.count) { throw Self.refusal(of: setting) }
        return value
    }

    /// Nil only when it is missing.
    func optionalText(_ setting: Setting) async throws(ConfigurationError) -> String? {
        try await fetch(setting) { reader, key in
            try await reader.fetchString(forKey: key, isSecret: setting.isSecret)
        }
    }

    func number(_ setting: Setting, in range: ClosedRange<Int>) async throws(ConfigurationError) -> Int? {
        let value = try await fetch(setting) { reader, key in try await reader.fetchInt(forKey: key) }
        guard let value else { return nil }
        guard range.contains(value) else { throw Self.refusal(of: setting) }
        return value
    }

    func boolean(_ setting: Setting) async throws(ConfigurationError) -> Bool? {
        try await fetch(setting) { reader, key in try await reader.fetchBool(forKey: key) }
    }

    func choice<Value>(
        _ setting: Setting, _ parse: (String) -> Value?
    ) async throws(ConfigurationError) -> Value? {
        guard let text = try await text(setting) else { return nil }
        guard let value = parse(text) else { throw Self.refusal(of: setting) }
        return value
    }

    private func fetch<Value>(
        _ setting: Setting, _ get: (ConfigReader, ConfigKey) async throws -> Value?
    ) async throws(ConfigurationError) -> Value? {
        do {
            return try await get(reader, ConfigKey(setting.key))
        } catch {
            throw Self.refusal(of: setting)
        }
    }

    static func refusal(of setting: Setting) -> ConfigurationError {
        ConfigurationError(
            "\(setting.key) (\(setting.environmentName), \(setting.flag)) must be \(setting.kind.rawValue): \(setting.range)"
        )
    }
}
