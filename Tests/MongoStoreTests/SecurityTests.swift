import BSON
import Foundation
import TestSupport
import Testing

@testable import MongoStore

@Suite(.serialized) struct SecurityTests {
    private func client(_ uri: String) throws -> MongoClient {
        try MongoClient(MongoConfiguration(uri: uri, database: "secure"))
    }

    private func ping(_ uri: String) async throws -> BSONDocument {
        let client = try client(uri)
        let result: Result<BSONDocument, any Error>
        do {
            result = .success(try await client.run("find") { try $0.read(["count": "things"]) })
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return try result.get()
    }

    @Test func `SCRAM lets in who knows the password, and names no password to who does not`() async throws {
        let server = try await EmbeddedDatabase.start()
        let open = try client(server.uri)
        _ = try await open.run("user") {
            try $0.command(
                ["createUser": "ann", "pwd": "p@ss/word1", "roles": ["root"], "mechanisms": ["SCRAM-SHA-256"]],
                database: "admin")
        }
        await open.shutdown()
        var options = EmbeddedDatabase.Options()
        options.authentication = true
        try await server.restart(options)
        let host = "127.0.0.1:\(server.port)"

        #expect(try await ping("mongodb://ann:p%40ss%2Fword1@\(host)/?authSource=admin").int64("ok") == 1)
        let wrong = await #expect(throws: MongoError.self) {
            try await ping("mongodb://ann:not-this-one@\(host)/?authSource=admin&serverSelectionTimeoutMS=1000")
        }
        #expect(wrong?.code == .authentication)
        #expect(wrong.map { !"\($0)".contains("not-this-one") } == true)
        let none = await #expect(throws: MongoError.self) { try await ping("mongodb://\(host)/") }
        #expect(none?.code == .authentication)
        await server.stop()
    }

    @Test func `TLS works with the right authority, and not without`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tertulia-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificates = try await Certificates(in: folder)
        var options = EmbeddedDatabase.Options()
        options.tlsCertificateFile = certificates.server
        options.tlsKeyFile = certificates.serverKey
        let server = try await EmbeddedDatabase.start(options)
        let uri = server.uri + "?serverSelectionTimeoutMS=1000"

        #expect(try await ping(uri + "&tls=true&tlsCAFile=\(certificates.authority)").int64("ok") == 1)
        for bad in ["&tls=true", "&tls=true&tlsCAFile=\(certificates.strange)", ""] {
            let error = await #expect(throws: MongoError.self) { try await ping(uri + bad) }
            #expect(error?.code == .noServer)
        }
        await server.stop()
    }
}

/// An authority, a certificate of it for 127.0.0.1, and an authority that nobody asked for.
private struct Certificates {
    let authority: String
    let strange: String
    let server: String
    let serverKey: String

    init(in folder: URL) async throws {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        authority = path("ca.pem")
        strange = path("strange.pem")
        server = path("server.pem")
        serverKey = path("server.key")
        for (certificate, key) in [(authority, path("ca.key")), (strange, path("strange.key"))] {
            try await Self.openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=Test authority", "-keyout", key, "-out", certificate,
            ])
        }
        try await Self.openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", serverKey, "-out", path("server.csr"),
        ])
        try await Self.openssl([
            "x509", "-req", "-in", path("server.csr"), "-CA", authority, "-CAkey", path("ca.key"), "-CAcreateserial",
            "-days", "2", "-copy_extensions", "copy", "-out", server,
        ])
    }

    private static func openssl(_ arguments: [String]) async throws {
        let process = try ChildProcess("/usr/bin/env", ["openssl"] + arguments)
        try #require(await process.ended() == 0, "openssl \(arguments[0]) failed: \(process.text(.error))")
    }
}
