/// Whether a database is what this program was written for.
package enum SchemaState: Sendable, Hashable {
    case current
    /// No step was ever applied.
    case empty
    /// Steps that are still to be applied, as "3 build-indexes".
    case behind(pending: [String])
    /// A newer program migrated it; the versions that this one does not know.
    case ahead(versions: [Int])
    /// These steps were applied with another definition: the database and this program come from different sources.
    case changed(steps: [String])

    /// Whether `migrate up` of this program may go on from here.
    package var isUsable: Bool {
        switch self {
        case .current, .empty, .behind: true
        case .ahead, .changed: false
        }
    }
}

extension SchemaState: CustomStringConvertible {
    /// A sentence that says what is wrong and what helps.
    package var description: String {
        switch self {
        case .current:
            "the database schema is current"
        case .empty:
            "the database has no schema yet; run: migrate up"
        case .behind(let pending):
            "the database schema is behind (pending: \(pending.joined(separator: ", "))); run: migrate up"
        case .ahead(let versions):
            "the database schema is ahead of this program (it has step "
                + versions.map(String.init).joined(separator: ", ")
                + "); use the program that migrated it, or a newer one"
        case .changed(let steps):
            "step \(steps.joined(separator: ", ")) was applied to the database with another definition than"
                + " this program has; use the program that migrated it"
        }
    }
}
