#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Where the HS256 secret comes from: the configuration, else the file `jwt-secret` in the data folder, which the
/// first who needs it creates.
///
/// The file holds the secret as text (32 random bytes as base64url, a line end). A line end at its end does not
/// count, so the text can be given to another program as `CHAT_JWT_SECRET`.
package struct SecretFile: Sendable {
    package static let name = "jwt-secret"

    /// The path of the file.
    package let path: String
    private let folder: String

    /// - Parameter dataFolder: the folder of `CHAT_DATA`; created with mode 0700 when it is missing.
    package init(dataFolder: String) {
        var folder = dataFolder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
        self.path = folder == "/" ? "/" + Self.name : folder + "/" + Self.name
    }

    /// The secret to verify and sign with.
    ///
    /// - Parameter configured: the value of `CHAT_JWT_SECRET`; `nil` and the empty text mean that it is not set.
    /// - Throws: `secret`, when the configured one is shorter than 32 bytes or the file cannot be used.
    package static func resolve(configured: String?, dataFolder: String) throws(AuthError) -> SigningSecret {
        if let configured, !configured.isEmpty {
            return try SigningSecret(configured)
        }
        return try SecretFile(dataFolder: dataFolder).loadOrCreate()
    }

    /// - Throws: `secret`.
    package func loadOrCreate() throws(AuthError) -> SigningSecret {
        if let secret = try load() { return secret }
        try createFolder()
        do {
            _ = try SmallFile(path: path).createIfMissing(Array((SigningSecret.generate() + "\n").utf8))
        } catch {
            throw AuthError(.secret, "the secret file \(path) cannot be created: \(error)", cause: error)
        }
        guard let secret = try load() else {
            throw AuthError(.secret, "the secret file \(path) was removed while it was made")
        }
        return secret
    }

    /// - Returns: `nil` when there is no file.
    /// - Throws: `secret`, when others than the owner may read or write it, when it belongs to somebody else, or
    ///   when it holds no secret of at least 32 bytes.
    package func load() throws(AuthError) -> SigningSecret? {
        let contents: SmallFile.Contents
        do {
            contents = try SmallFile(path: path).read(maximumBytes: 4096)
        } catch  where error.number == ENOENT {
            return nil
        } catch {
            throw AuthError(.secret, "the secret file \(path) cannot be read: \(error)", cause: error)
        }
        guard contents.mode & 0o077 == 0 else {
            let mode = String(contents.mode, radix: 8)
            throw AuthError(
                .secret, "the secret file \(path) is open to others (mode \(mode)): run chmod 600 \(path)")
        }
        guard contents.owner == geteuid() || contents.owner == 0 else {
            throw AuthError(.secret, "the secret file \(path) belongs to another user")
        }
        var bytes = contents.bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw AuthError(.secret, "the secret file \(path) holds no text")
        }
        do {
            return try SigningSecret(text)
        } catch {
            throw AuthError(.secret, "\(error.message), in the file \(path)")
        }
    }

    /// Creates the folder, and the folders above it, each for the owner only.
    private func createFolder() throws(AuthError) {
        var missing: [String] = []
        var candidate = folder
        while !candidate.isEmpty, candidate != "/", access(candidate, F_OK) != 0 {
            missing.append(candidate)
            guard let slash = candidate.lastIndex(of: "/") else { break }
            candidate = String(candidate[..<slash])
        }
        for folder in missing.reversed() where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            let failure = SmallFile.Failure.system()
            throw AuthError(.secret, "the data folder \(folder) cannot be created: \(failure)", cause: failure)
        }
    }
}
