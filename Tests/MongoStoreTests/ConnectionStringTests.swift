import CMongoC
import Logging
import Testing

@testable import MongoStore

@Suite struct ConnectionStringTests {
    @Test func `what the string does not name gets our defaults`() throws {
        let uri = try ConnectionString("mongodb://a,b/?replicaSet=rs")
        #expect(uri.poolSize == 8)
        #expect(String(cString: mongoc_uri_get_appname(uri.pointer)) == "tertulia")
        #expect(mongoc_uri_get_option_as_int32(uri.pointer, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0) == 3000)
        #expect(mongoc_uri_get_option_as_int32(uri.pointer, MONGOC_URI_SOCKETTIMEOUTMS, 0) == 30000)
        let concern = mongoc_uri_get_write_concern(uri.pointer)
        #expect(mongoc_write_concern_get_wmajority(concern))
        #expect(mongoc_write_concern_get_journal(concern))
        let level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri.pointer))
        #expect(level.map { String(cString: $0) } == "majority")
    }

    @Test func `what the string names stays`() throws {
        let uri = try ConnectionString(
            "mongodb://a/?w=2&journal=false&wtimeoutMS=70&readConcernLevel=local&maxPoolSize=3&appName=x"
                + "&serverSelectionTimeoutMS=1&retryWrites=true")
        #expect(uri.poolSize == 3)
        #expect(String(cString: mongoc_uri_get_appname(uri.pointer)) == "x")
        #expect(mongoc_uri_get_option_as_int32(uri.pointer, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 0) == 1)
        let concern = mongoc_uri_get_write_concern(uri.pointer)
        #expect(mongoc_write_concern_get_w(concern) == 2)
        #expect(!mongoc_write_concern_get_journal(concern))
        #expect(mongoc_write_concern_get_wtimeout_int64(concern) == 70)
        let level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri.pointer))
        #expect(level.map { String(cString: $0) } == "local")
    }

    @Test func `a limit for the write concern alone keeps the majority`() throws {
        let uri = try ConnectionString("mongodb://a/?wtimeoutMS=70")
        let concern = mongoc_uri_get_write_concern(uri.pointer)
        #expect(mongoc_write_concern_get_wmajority(concern))
        #expect(mongoc_write_concern_get_wtimeout_int64(concern) == 70)
    }

    @Test func `a tagged write concern stays`() throws {
        let uri = try ConnectionString("mongodb://a/?w=twoCentres")
        let tag = mongoc_write_concern_get_wtag(mongoc_uri_get_write_concern(uri.pointer))
        #expect(tag.map { String(cString: $0) } == "twoCentres")
    }

    @Test func `lanes never let the driver retry writes`() throws {
        let uri = try ConnectionString("mongodb://a/?retryWrites=true", retryWrites: false)
        #expect(!mongoc_uri_get_option_as_bool(uri.pointer, MONGOC_URI_RETRYWRITES, true))
    }

    @Test(arguments: [
        "", "localhost", "http://a/", "mongodb://", "mongodb://a/?w=0", "mongodb://a/?maxPoolSize=-1",
        "mongodb://a/?maxPoolSize=100000", "mongodb://u:p@ss:word@/", "mongodb://u:p@ss@a/", "mongodb://u@v@a/?w=1",
        "mongodb://a/?directConnection=true&loadBalanced=true",
    ])
    func `a wrong string is refused as one`(text: String) {
        #expect {
            _ = try ConnectionString(text)
        } throws: { error in
            (error as? MongoError)?.code == .invalidURI
        }
    }

    @Test(arguments: [
        "mongodb://user:hunter2@host/", "mongodb://user:hunter2@host/db?w=1", "mongodb+srv://user:hunter2@host/",
        "mongodb://user:hunter2@host:bad:port/?tls=true", "mongodb://user:@hunter2@host/", "user:hunter2@host",
        "mongodb://host/?tls=true&tlsCertificateKeyFilePassword=hunter2",
        "mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:hunter2",
    ])
    func `no password is shown`(text: String) {
        #expect(!ConnectionString.redacted(text).contains("hunter2"))
        let configuration = MongoConfiguration(uri: text, database: "d")
        #expect(!"\(configuration)".contains("hunter2"))
        #expect(!String(reflecting: configuration).contains("hunter2"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func `the rest of a string stays readable`() {
        #expect(
            ConnectionString.redacted("mongodb://ann:pw@h1:1,h2:2/db?tls=true")
                == "mongodb://ann:***@h1:1,h2:2/db?tls=true")
        #expect(ConnectionString.redacted("mongodb://h1/db?tls=true") == "mongodb://h1/db?tls=true")
    }

    @Test func `later messages hide a password in both its forms`() throws {
        _ = try ConnectionString("mongodb://ann:tr%40ustno1@h1/")
        #expect(MongoError(.command, "logging in with tr@ustno1 failed").message == "logging in with *** failed")
        #expect(MongoRuntime.redact("uri tr%40ustno1") == "uri ***")
    }
}
