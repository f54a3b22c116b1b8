/// What was applied, beside what this program knows. Pure.
package struct MigrationHistory: Sendable, Hashable {
    package var steps: [MigrationStep]
    package var applied: [AppliedMigration]

    package init(steps: [MigrationStep] = MigrationStep.all, applied: [AppliedMigration]) {
        self.steps = steps
        self.applied = applied
    }

    /// Steps to apply, in order.
    package var pending: [MigrationStep] {
        steps.filter { step in !applied.contains { $0.version == step.version } }
    }

    /// Steps of a newer program.
    package var unknown: [AppliedMigration] {
        applied.filter { record in !steps.contains { $0.version == record.version } }
    }

    /// Steps that were applied with another definition than they have now.
    package var changed: [AppliedMigration] {
        applied.filter { record in
            steps.contains { $0.version == record.version && $0.checksum != record.checksum }
        }
    }

    package func record(of step: MigrationStep) -> AppliedMigration? {
        applied.first { $0.version == step.version }
    }

    package var state: SchemaState {
        if !unknown.isEmpty {
            .ahead(versions: unknown.map(\.version))
        } else if !changed.isEmpty {
            .changed(steps: changed.map { "\($0.version) \($0.name)" })
        } else if applied.isEmpty {
            .empty
        } else if !pending.isEmpty {
            .behind(pending: pending.map { "\($0.version) \($0.name)" })
        } else {
            .current
        }
    }
}
