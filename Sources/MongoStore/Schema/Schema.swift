/// Every collection of the product, once: `migrate` makes a database so, the service checks that it is.
///
/// A change here needs a step in ``MigrationStep/all``: an index is never changed under the same name, and after a
/// change of a validator a further step sets it. Each index costs every write, so there are only those that a query
/// needs.
package enum Schema {
    package static let current: [CollectionSchema] = [
        messages, changes, revisions, pins, threads, rooms, members, reactions, users, bans, restrictions, invites,
        reports, audit, joinRequests, blocks, revocations, threadFollows, searchRooms, searchSegments, signals,
        migrations,
        lock,
    ]

    package static func collection(named name: String) -> CollectionSchema? {
        current.first { $0.name == name }
    }
}
