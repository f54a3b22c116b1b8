package import BSON
package import Chat

// Fields of objects.
extension JSONWriter {
    package mutating func field(_ key: StaticString, _ value: String) {
        self.key(key)
        string(value)
    }

    package mutating func field(_ key: StaticString, _ value: Int64) {
        self.key(key)
        integer(value)
    }

    package mutating func field(_ key: StaticString, _ value: Int) {
        self.key(key)
        integer(Int64(value))
    }

    package mutating func field(_ key: StaticString, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    package mutating func field(_ key: StaticString, _ value: ObjectID) {
        self.key(key)
        id(value)
    }

    package mutating func field(_ key: StaticString, _ value: Timestamp) {
        self.key(key)
        timestamp(value)
    }

    package mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        beginObject()
        body(&self)
        endObject()
    }

    package mutating func array(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        beginArray()
        body(&self)
        endArray()
    }
}
