import MongoStore
enum SchemaCheck { struct S: Sendable { var problem: String? }
 static func run(_ c: MongoConnection) throws -> S { S() } }
