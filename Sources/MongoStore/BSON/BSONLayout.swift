/// Where one element lies in the bytes around it. All offsets are inside those bytes: whoever has a layout may slice
/// with it. Contents (UTF-8, nested documents, booleans) are not yet checked.
struct BSONLayout {
    var type: BSONType
    var keyStart: Int
    /// The offset of the key's terminating zero.
    var keyEnd: Int
    var valueEnd: Int

    var valueStart: Int { keyEnd + 1 }
}
