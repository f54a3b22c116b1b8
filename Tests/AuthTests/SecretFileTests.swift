import Foundation
import Testing

@testable import Auth

@Suite struct SecretFileTests {
    let folder: TemporaryFolder

    init() throws { self.folder = try TemporaryFolder() }

    @Test func `the first call creates the file for the owner only, the second reads it`() throws {
        defer { folder.remove() }
        let file = SecretFile(dataFolder: folder.path + "/a/data/")
        #expect(try file.load() == nil)
        let first = try file.loadOrCreate()
        #expect(try file.loadOrCreate().bytes == first.bytes)
        #expect(first.bytes.count == 43)
        #expect(try folder.mode("a") == 0o700)
        #expect(try folder.mode("a/data") == 0o700)
        #expect(try folder.mode("a/data/jwt-secret") == 0o600)
        #expect(try folder.names(in: "a/data") == ["jwt-secret"])
    }

    @Test func `many that create it at once all get the same secret`() async throws {
        defer { folder.remove() }
        let path = folder.path + "/data"
        let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<32 {
                group.addTask { try SecretFile(dataFolder: path).loadOrCreate().bytes }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
        #expect(try folder.names(in: "data") == ["jwt-secret"])
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o610, 0o644, 0o602])
    func `a file that others may use is refused with the command that helps`(mode: Int) throws {
        defer { folder.remove() }
        try folder.write("jwt-secret", Array(Forge.secret.utf8), mode: mode)
        #expect {
            try SecretFile(dataFolder: folder.path).loadOrCreate()
        } throws: { error in
            "\(error)".contains("chmod 600") && (error as? AuthError)?.code == .secret
        }
    }

    @Test func `a line end at the end of the file does not count`() throws {
        defer { folder.remove() }
        for end in ["", "\n", "\r\n"] {
            try folder.write("jwt-secret", Array((Forge.secret + end).utf8), mode: 0o600)
            #expect(try SecretFile(dataFolder: folder.path).load()?.bytes == Array(Forge.secret.utf8))
        }
    }

    @Test(arguments: [
        "", "\n", "too short", String(repeating: "x", count: 31) + "\n", String(repeating: "x", count: 5000),
    ])
    func `a file without a usable secret is refused and left alone`(text: String) throws {
        defer { folder.remove() }
        try folder.write("jwt-secret", Array(text.utf8), mode: 0o600)
        #expect(throws: AuthError.self) { try SecretFile(dataFolder: folder.path).loadOrCreate() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/jwt-secret")) == Data(text.utf8))
    }

    @Test func `a folder in the place of the file is refused`() throws {
        defer { folder.remove() }
        try FileManager.default.createDirectory(
            atPath: folder.path + "/jwt-secret", withIntermediateDirectories: false)
        #expect(throws: AuthError.self) { try SecretFile(dataFolder: folder.path).loadOrCreate() }
    }

    @Test func `a data folder that cannot be made is named`() throws {
        defer { folder.remove() }
        try folder.write("file", [1], mode: 0o600)
        let path = folder.path + "/file/data"
        #expect {
            try SecretFile(dataFolder: path).loadOrCreate()
        } throws: { error in
            "\(error)".contains(path)
        }
    }

    @Test func `a configured secret comes before the file and creates none`() throws {
        defer { folder.remove() }
        let secret = try SecretFile.resolve(configured: Forge.secret, dataFolder: folder.path)
        #expect(secret.bytes == Array(Forge.secret.utf8))
        #expect(try folder.names() == [])
        #expect(try SecretFile.resolve(configured: "", dataFolder: folder.path).bytes.count == 43)
    }

    @Test func `a configured secret of less than 32 bytes is refused with both numbers`() throws {
        defer { folder.remove() }
        #expect {
            try SecretFile.resolve(configured: String(repeating: "x", count: 31), dataFolder: folder.path)
        } throws: { error in
            "\(error)".contains("31") && "\(error)".contains("32")
        }
    }

    @Test func `a secret does not show when it is printed`() throws {
        defer { folder.remove() }
        let secret = try SigningSecret(Forge.secret)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains(Forge.secret) && !text.contains("48"))
        }
    }
}
