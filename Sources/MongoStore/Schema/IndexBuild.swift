internal import BSON

/// Builds one index, so that it stands whole or not at all, whatever is killed meanwhile.
///
/// Within a transaction where the server takes that: the embedded server does, and else writes each entry to the disk
/// by itself (30 times slower) and, when it is killed, leaves an index that lacks entries. mongod refuses for a
/// collection that is not empty (263), and needs no such help: it resumes or discards what was interrupted.
struct IndexBuild {
    let index: IndexSchema
    let collection: String
    let isEmpty: Bool

    /// Nothing happens when the index stands.
    func run(_ connection: MongoConnection) throws {
        if isEmpty {
            // Done before anything could end it.
            _ = try connection.write(command)
            return
        }
        if try runInTransaction(connection) { return }
        try BuildMark(
            collection: collection, index: index.name, process: try BuildMark.serverProcess(connection)
        ).write(connection)
        do throws(MongoError) {
            _ = try connection.write(command)
        } catch {
            if !error.isTransient { try BuildMark.remove(connection) }
            throw error
        }
        try BuildMark.remove(connection)
    }

    /// False when the server would not do it so. What is wrong with the index itself it will say again.
    private func runInTransaction(_ connection: MongoConnection) throws -> Bool {
        do {
            _ = try connection.withTransaction { try $0.write(command) }
            return true
        } catch let error as MongoError where error.code == .command {
            return false
        }
    }

    private var command: BSONDocument {
        ["createIndexes": .string(collection), "indexes": [.document(index.specification)]]
    }
}
