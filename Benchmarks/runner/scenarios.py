"""What is measured: the scenarios, as options of the load tool, and the goals."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A bound on one figure, for the service with storage. With `of_null`, a bound on its ratio to the null store's."""

    metric: str
    at_least: float | None = None
    at_most: float | None = None
    of_null: bool = False

    def describe(self) -> str:
        sign, bound = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return f"{self.metric} {sign} {bound:,g}" + (" x null store" if self.of_null else "")

    def is_met(self, value: float) -> bool:
        return value >= self.at_least if self.at_least is not None else value <= self.at_most


@dataclass(frozen=True)
class Scenario:
    """`command` and `options` go to the load tool; `rooms` scenarios also get the length of the measurement."""

    key: str
    title: str
    command: str
    options: list[str]
    goals: list[Goal] = field(default_factory=list)
    stores: tuple[str, ...] = ("mongodb", "none")
    """Whether the driver's bare inserts are measured beside it."""
    inserts: bool = False
    """Settings of the service that differ from the standard."""
    settings: dict[str, str] = field(default_factory=dict)
    needs_second_dialect: bool = False
    """Fewer runs where one takes a minute and hardly differs from the next."""
    maximum_runs: int = 100


def room(rooms: int, clients: int, senders: int, *more: str) -> list[str]:
    return [f"--rooms={rooms}", f"--clients-per-room={clients}", f"--senders-per-room={senders}", *more]


SCENARIOS = [
    Scenario(
        "a", "1 room x 1,000 clients, 4 senders, closed loop", "rooms", room(1, 1_000, 4),
        [Goal("deliveries_per_s", at_least=250_000), Goal("delivery_p50_ms", at_most=1.5, of_null=True)],
    ),
    Scenario(
        "b", "the same with 8 messages in flight per sender", "rooms", room(1, 1_000, 4, "--in-flight=8"),
        [
            Goal("deliveries_per_s", at_least=1_500_000),
            Goal("deliveries_per_s", at_least=0.6, of_null=True),
        ],
    ),
    Scenario(
        "c", "100 rooms x 10 clients, 1 sender each, closed loop", "rooms", room(100, 10, 1, "--sampled-per-room=1"),
        [Goal("messages_per_s", at_least=2_500), Goal("of_bare_inserts", at_least=0.8)], inserts=True,
    ),
    Scenario(
        "d", "steady 20 messages/s into 1 room x 1,000 clients", "rooms", room(1, 1_000, 4, "--rate=20"),
        [
            Goal("delivery_p50_ms", at_most=1.5, of_null=True),
            Goal("delivery_p99_ms", at_most=2, of_null=True),
        ],
    ),
    Scenario(
        "e10", "10,000 idle sockets", "idle", ["--rooms=1000", "--clients-per-room=10", "--at-once=512"],
        [Goal("rss_per_socket_kib", at_most=6)], maximum_runs=2,
    ),
    Scenario(
        "e20", "20,000 idle sockets", "idle", ["--rooms=2000", "--clients-per-room=10", "--at-once=512"],
        [Goal("rss_per_socket_kib", at_most=6), Goal("reopen_s", at_most=5)], maximum_runs=2,
    ),
    Scenario(
        "f", "as (b), 1 % of the clients stop reading", "rooms",
        room(1, 1_000, 4, "--in-flight=8", "--stalled-per-room=10"), [Goal("stalled_closed", at_least=10)],
        # So little that a few seconds fill it, and so much that a reader on a busy machine does not.
        settings={"CHAT_OUTBOUND_BYTES": "131072"},
    ),
    Scenario(
        "g", "5,000 clients come back at once, 100 messages behind", "resume",
        ["--rooms=50", "--clients-per-room=101", "--behind=100", "--at-once=1000", "--v2"],
        [Goal("current_s", at_most=3)], stores=("mongodb",), needs_second_dialect=True,
    ),
]
