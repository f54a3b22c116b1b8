internal import BSON

/// A document of `schema_lock` that stands while an index is being built.
///
/// The embedded server lists an index as soon as it begins to build it, and when it is killed then, the index stands
/// for good without most of its entries: look-ups miss documents. The mark tells the next run.
struct BuildMark: Sendable, Hashable {
    static let id = "building"

    var collection: String
    var index: String
    /// The run of the server's process that was building; nil when the server does not tell.
    var process: ObjectID?

    static func read(_ connection: MongoConnection) throws(MongoError) -> BuildMark? {
        guard let document = try connection.findOne(Schema.lock.name, ["_id": .string(id)]),
            let collection = document.string("collection"), let index = document.string("index")
        else { return nil }
        return BuildMark(collection: collection, index: index, process: document.objectID("process"))
    }

    func write(_ connection: MongoConnection) throws(MongoError) {
        var document: BSONDocument = [
            "_id": .string(Self.id), "collection": .string(collection), "index": .string(index),
        ]
        if let process { document.append("process", .objectID(process)) }
        let operation = UpdateOperation(filter: ["_id": .string(Self.id)], update: document, upsert: true)
        _ = try connection.update(Schema.lock.name, [operation]).checked()
    }

    static func remove(_ connection: MongoConnection) throws(MongoError) {
        try connection.delete(Schema.lock.name, ["_id": .string(id)])
    }

    /// Of the server's process now.
    static func serverProcess(_ connection: MongoConnection) throws(MongoError) -> ObjectID? {
        try connection.hello().document("topologyVersion")?.objectID("processId")
    }
}
