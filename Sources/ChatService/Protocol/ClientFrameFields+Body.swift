import Chat

// What bodies of requests have besides.
extension ClientFrameFields {
    func optionalFlag(_ name: StaticString) throws(ChatError) -> Bool? {
        value(name) == nil ? nil : try flag(name)
    }

    /// Any whole number; nil when it is missing.
    func optionalInteger(_ name: StaticString) throws(ChatError) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = reader.double(value), let whole = Int64(exactly: number) else {
            throw Self.wrong(name, "a whole number")
        }
        return whole
    }

    /// An object; nil when it is missing.
    func optionalObject<Value>(
        _ name: StaticString, _ read: (borrowing ClientFrameFields) throws(ChatError) -> Value
    ) throws(ChatError) -> Value? {
        guard let value = value(name) else { return nil }
        return try read(try ClientFrameFields(reader.slice(value), as: name))
    }

    /// An array of objects; nil when it is missing.
    func optionalObjects<Value>(
        _ name: StaticString, upTo maximumCount: Int,
        _ read: (borrowing ClientFrameFields) throws(ChatError) -> Value
    ) throws(ChatError) -> [Value]? {
        guard let value = value(name) else { return nil }
        guard value.kind == .array else { throw Self.wrong(name, "an array of objects") }
        var values: [Value] = []
        var elements = reader.inside(value)
        while let element = Self.next(&elements, isFirst: values.isEmpty) {
            guard values.count < maximumCount else {
                throw Self.wrong(name, "an array of at most \(maximumCount) objects")
            }
            values.append(try read(try ClientFrameFields(elements.slice(element), as: name)))
        }
        return values
    }

    /// The text was read before, so its syntax is right.
    private static func next(_ elements: inout JSONReader, isFirst: Bool) -> JSONValue? {
        do throws(JSONError) {
            if isFirst { try elements.beginArray() }
            return try elements.nextElement() ? try elements.value() : nil
        } catch {
            return nil
        }
    }
}
