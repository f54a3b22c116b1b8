/// A dictionary that mostly holds one entry, and then needs no memory of its own: a user's sockets, his rooms. With more
/// it is a `Dictionary`.
struct SmallMap<Key: Hashable, Value> {
    fileprivate enum Entries {
        case none
        case one(Key, Value)
        case many([Key: Value])
    }

    fileprivate var entries = Entries.none

    var isEmpty: Bool { count == 0 }

    var count: Int {
        switch entries {
        case .none: 0
        case .one: 1
        case .many(let values): values.count
        }
    }

    /// In no order.
    var keys: [Key] {
        switch entries {
        case .none: []
        case .one(let key, _): [key]
        case .many(let values): Array(values.keys)
        }
    }

    /// In no order.
    var values: [Value] {
        switch entries {
        case .none: []
        case .one(_, let value): [value]
        case .many(let values): Array(values.values)
        }
    }

    subscript(key: Key) -> Value? {
        get {
            switch entries {
            case .none: nil
            case .one(key, let value): value
            case .one: nil
            case .many(let values): values[key]
            }
        }
        set {
            switch entries {
            case .none:
                if let newValue { entries = .one(key, newValue) }
            case .one(key, _):
                entries = newValue.map { .one(key, $0) } ?? .none
            case .one(let first, let value):
                if let newValue { entries = .many([first: value, key: newValue]) }
            case .many(var values):
                // So that it is changed in place.
                entries = .none
                values[key] = newValue
                entries = values.isEmpty ? .none : .many(values)
            }
        }
    }
}

extension SmallMap: Sendable where Key: Sendable, Value: Sendable {}
extension SmallMap.Entries: Sendable where Key: Sendable, Value: Sendable {}
