package import BSON
internal import CMongoC

/// Which primary, and which run of its process, a connection leads to. When it changes, what was learned from the one
/// before (a room's last message) must be learned anew.
package struct PrimaryIdentity: Sendable, Hashable {
    /// Of the replica set's election that made it primary.
    package var electionID: ObjectID?
    /// `topologyVersion.processId`: new with each start of the server's process. Servers before 4.4 have none.
    package var processID: ObjectID?
    /// `me`, else nil: host and port by its own name.
    package var address: String?

    init(hello: BSONDocument) {
        electionID = hello.objectID("monitoredElectionId") ?? hello.objectID("electionId")
        processID = hello.document("topologyVersion")?.objectID("processId")
        address = hello.string("me")
    }
}

extension MongoConnection {
    /// Who this connection's primary is: its process from the greeting when the connection was made, which is exact for
    /// the next command unless that one has to connect anew; its election as the monitor last heard of
    /// it. No round trip while connected; connects when not.
    package func primaryIdentity() throws(MongoError) -> PrimaryIdentity {
        var error = bson_error_t()
        var length: UInt32 = 0
        guard let bytes = tertulia_primary_hello(client.pointer, &length, &error) else {
            throw MongoError(error, reply: nil)
        }
        return PrimaryIdentity(hello: BSONDocument(taking: bytes, length: length) ?? BSONDocument())
    }
}
