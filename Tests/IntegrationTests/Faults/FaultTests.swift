import Testing

/// Tests in which something breaks. One after the other, as each wants the machine for itself: `scripts/test` runs them
/// as a step of their own.
@Suite("Faults", .serialized)
enum FaultTests {}
