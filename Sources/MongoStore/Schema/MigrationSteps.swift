extension MigrationStep {
    /// All steps, in order. Only ever added to; see docs/migrations.md.
    package static let all: [MigrationStep] = [
        MigrationStep(
            version: 1, name: "create-collections",
            action: .createCollections([
                "messages", "changes", "rooms", "members", "reactions", "users", "bans", "invites", "reports", "audit",
                "schema_migrations", "schema_lock",
            ])),
        // Before the indexes: a unique one cannot be built while messages have no number.
        MigrationStep(version: 2, name: "adopt-older-messages", action: .adoptOlderMessages),
        MigrationStep(
            version: 3, name: "build-indexes",
            action: .buildIndexes([
                Target("messages", "room_id_1_seq_1", "737084a72313b175"),
                Target("messages", "room_id_1_user_id_1_client_id_1", "8cd606e0b67dd7e9"),
                Target("messages", "thread_id_1_seq_1", "5bbd4f3f9f320260"),
                Target("messages", "mentions_1__id_-1", "2ffd83f82537442d"),
                Target("changes", "room_id_1_rev_1", "97a97216288deb75"),
                Target("rooms", "visibility_1_name_1", "f1a037b4738a8b66"),
                Target("members", "room_id_1_user_id_1", "d75737917aef039d"),
                Target("members", "user_id_1_room_id_1", "b9c5a592ce6bc52c"),
                Target("reactions", "message_id_1_user_id_1_reaction_1", "cfb78ad539784799"),
                Target("users", "username_1", "caded0e25923118a"),
                Target("bans", "room_id_1_user_id_1", "d75737917aef039d"),
                Target("bans", "expires_at_1", "909a595f7de27856"),
                Target("invites", "room_id_1_user_id_1", "83ed3837d708bbd4"),
                Target("invites", "expires_at_1", "909a595f7de27856"),
                Target("reports", "room_id_1__id_-1", "5b79a0bc8b6a196c"),
                Target("audit", "room_id_1__id_-1", "5b79a0bc8b6a196c"),
            ])),
        MigrationStep(
            version: 4, name: "set-validators",
            action: .setValidators([
                Target("messages", nil, "526ee3950b1f3f3f"),
                Target("changes", nil, "eefb00043da98073"),
                Target("rooms", nil, "cc2acbfba51ec1a1"),
                Target("members", nil, "848a53a75f273b01"),
                Target("reactions", nil, "a766e2a890835d1b"),
                Target("users", nil, "1e0e6364af395414"),
                Target("bans", nil, "debb3d3f961e2d35"),
                Target("invites", nil, "7c3db1854c1808a3"),
                Target("reports", nil, "8db65b9e2869fc0f"),
                Target("audit", nil, "93c77b4de3aeed7e"),
                Target("schema_migrations", nil, "556cbfd755af92a1"),
            ])),
        MigrationStep(
            version: 5, name: "create-conversation", action: .createCollections(["revisions", "pins", "threads"])),
        MigrationStep(
            version: 6, name: "index-conversation",
            action: .buildIndexes([
                Target("pins", "room_id_1_pinned_at_1", "a837b7c0e40aeb36"),
                Target("threads", "room_id_1_last_seq_1", "6603fd040d413804"),
                Target("reactions", "message_id_1", "c13891c318728ab4"),
                Target("revisions", "message_id_1", "c13891c318728ab4"),
            ])),
        MigrationStep(
            version: 7, name: "validate-conversation",
            action: .setValidators([
                Target("messages", nil, "09cb2bc4e2c62b50"), Target("revisions", nil, "261cda253e321a0e"),
                Target("pins", nil, "79feb1f77168dd1b"), Target("threads", nil, "3429a2d49d8cdc9b"),
            ])),
        MigrationStep(
            version: 8, name: "create-search", action: .createCollections(["search_rooms", "search_segments"])),
        MigrationStep(
            version: 9, name: "set-search-validators",
            action: .setValidators([
                Target("search_rooms", nil, "8beddd92db027d61"),
                Target("search_segments", nil, "28d9d84e37a9c943"),
            ])),
        MigrationStep(
            version: 10, name: "create-moderation",
            action: .createCollections(["join_requests", "blocks", "revocations"])),
        MigrationStep(
            version: 11, name: "index-moderation",
            action: .buildIndexes([
                Target("join_requests", "room_id_1_user_id_1", "d75737917aef039d"),
                Target("blocks", "user_id_1_blocked_id_1", "a6c54933d00e96fd"),
                Target("invites", "user_id_1", "fd938326a5cae5d8"),
            ])),
        MigrationStep(
            version: 12, name: "validate-moderation",
            action: .setValidators([
                Target("rooms", nil, "46f3d39410399b4b"), Target("invites", nil, "b9280c467392aa30"),
                Target("reports", nil, "38b9b6ced37f2d38"), Target("audit", nil, "81ca6a90e155e619"),
                Target("join_requests", nil, "a691b6af5795851c"), Target("blocks", nil, "7437809d8dd805ec"),
                Target("revocations", nil, "d0e1465f6a6220f1"),
            ])),
        MigrationStep(version: 13, name: "create-thread-follows", action: .createCollections(["thread_follows"])),
        MigrationStep(
            version: 14, name: "index-thread-follows",
            action: .buildIndexes([
                Target("thread_follows", "root_id_1_user_id_1", "6e406170256106cf"),
                Target("thread_follows", "user_id_1_root_id_-1", "2d5bc1f219d2b484"),
            ])),
        MigrationStep(
            version: 15, name: "validate-thread-follows",
            action: .setValidators([Target("thread_follows", nil, "edfd70a93f2ac413")])),
        MigrationStep(version: 16, name: "create-restrictions", action: .createCollections(["restrictions"])),
        MigrationStep(
            version: 17, name: "index-restrictions",
            action: .buildIndexes([
                Target("restrictions", "room_id_1_user_id_1", "d75737917aef039d"),
                Target("restrictions", "expires_at_1", "909a595f7de27856"),
            ])),
        MigrationStep(
            version: 18, name: "validate-restrictions",
            action: .setValidators([Target("restrictions", nil, "56dce42ea8323e2f")])),
        MigrationStep(version: 19, name: "create-signals", action: .createCollections(["signals"])),
        MigrationStep(
            version: 20, name: "index-signals", action: .buildIndexes([Target("signals", "at_1", "41630b4cda95de00")])),
        MigrationStep(
            version: 21, name: "validate-signals", action: .setValidators([Target("signals", nil, "0a886aaf41409f69")])),
    ]
}
