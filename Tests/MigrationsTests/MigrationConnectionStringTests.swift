import Testing

@testable import MongoStore

struct MigrationConnectionStringTests {
    @Test(arguments: [
        ("mongodb://h:1", "mongodb://h:1/?socketTimeoutMS=86400000"),
        ("mongodb://h:1/", "mongodb://h:1/?socketTimeoutMS=86400000"),
        ("mongodb://h/db?w=1", "mongodb://h/db?w=1&socketTimeoutMS=86400000"),
        ("mongodb://a,b/?", "mongodb://a,b/?socketTimeoutMS=86400000"),
        ("mongodb+srv://u:p@h", "mongodb+srv://u:p@h/?socketTimeoutMS=86400000"),
        ("mongodb://h/?SocketTimeoutMS=5000", "mongodb://h/?SocketTimeoutMS=5000"), ("localhost", "localhost"),
    ])
    func waitsForLongAnswersUnlessToldOtherwise(given: String, expected: String) {
        #expect(MigrationConnectionString.patient(given) == expected)
    }
}
