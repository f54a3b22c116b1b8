"""Tables and JSON of the figures, beside the goals and the baseline."""

import json
import statistics
from pathlib import Path

from .scenarios import Scenario

Figures = dict[str, float]
"""Scenario -> store -> figures."""
Results = dict[str, dict[str, Figures]]

MUST_BE_ZERO = ("lost", "duplicates", "unanswered")

SHOWN = [
    ("deliveries_per_s", "deliveries/s"), ("messages_per_s", "messages/s"), ("delivery_p50_ms", "p50 ms"),
    ("delivery_p99_ms", "p99 ms"), ("delivery_p999_ms", "p99.9 ms"), ("own_p50_ms", "own p50 ms"),
    ("service_us_per_delivery", "service µs/delivery"), ("database_us_per_delivery", "database µs/delivery"),
    ("service_cpu_share", "service CPU"), ("database_cpu_share", "database CPU"), ("load_cpu_share", "load CPU"),
    ("batch_messages", "batch"), ("frames_per_read", "frames/read"), ("service_rss_mib", "service MiB"),
    ("bare_inserts_per_s", "bare inserts/s"), ("of_bare_inserts", "of bare inserts"),
    ("stalled_closed", "stalled closed"), ("sockets", "sockets"), ("rss_per_socket_kib", "KiB/socket"),
    ("open_s", "first open s"), ("reopen_s", "reopen s"), ("opened_per_s", "opened/s"),
    ("service_us_per_reopen", "service µs/open"), ("current_s", "all current s"),
]

COMPARED = (
    "deliveries_per_s", "messages_per_s", "delivery_p50_ms", "delivery_p99_ms", "service_us_per_delivery",
    "rss_per_socket_kib", "reopen_s", "current_s",
)


def median(runs: list[Figures]) -> Figures:
    """The median of each figure; what must be zero is added up, so that one bad run shows."""
    keys = {key for run in runs for key in run}
    return {
        key: sum(values) if key in MUST_BE_ZERO else statistics.median(values)
        for key in sorted(keys) if (values := [run[key] for run in runs if key in run])
    }


def number(value: float) -> str:
    if value == int(value) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"


def table(scenario: Scenario, figures: dict[str, Figures], baseline: Results) -> str:
    """One scenario: a line for each figure, a column for each store."""
    stores = list(figures)
    lines = [f"({scenario.key}) {scenario.title}", f"  {'':24}" + "".join(f"{store:>14}" for store in stores)]
    for key, title in SHOWN:
        if not any(key in figures[store] for store in stores):
            continue
        cells = "".join(f"{number(figures[s][key]) if key in figures[s] else '-':>14}" for s in stores)
        before = baseline.get(scenario.key, {}).get("mongodb", {}).get(key)
        now = figures.get("mongodb", {}).get(key)
        change = ""
        if key in COMPARED and before and now is not None:
            change = f"   {(now / before - 1) * 100:+.0f} % against the baseline"
        lines.append(f"  {title:24}{cells}{change}")
    for store in stores:
        bad = {key: figures[store].get(key, 0) for key in MUST_BE_ZERO if figures[store].get(key, 0)}
        if bad:
            lines.append(f"  FAILED with {store}: " + ", ".join(f"{number(v)} {k}" for k, v in bad.items()))
    return "\n".join(lines)


def judge(scenario: Scenario, figures: dict[str, Figures]) -> list[dict]:
    """The goals beside what was reached."""
    judged = []
    for goal in scenario.goals:
        value = figures.get("mongodb", {}).get(goal.metric)
        if value is not None and goal.of_null:
            null = figures.get("none", {}).get(goal.metric)
            value = value / null if null else None
        judged.append(
            {
                "scenario": scenario.key, "goal": goal.describe(), "reached": value,
                "met": value is not None and goal.is_met(value),
            }
        )
    return judged


def goals_table(judged: list[dict]) -> str:
    lines = ["Goals"]
    for goal in judged:
        reached = "-" if goal["reached"] is None else number(goal["reached"])
        verdict = "not measured" if goal["reached"] is None else "met" if goal["met"] else "NOT MET"
        lines.append(f"  ({goal['scenario']:3}) {goal['goal']:42}{reached:>14}  {verdict}")
    return "\n".join(lines)


def load_baseline(path: Path) -> Results:
    return json.loads(path.read_text())["results"] if path.exists() else {}


def save(path: Path, machine: dict, runs: int, results: Results, judged: list[dict] | None = None) -> None:
    rounded = {
        scenario: {
            store: {key: float(f"{value:.4g}") for key, value in figures.items()} for store, figures in stores.items()
        }
        for scenario, stores in results.items()
    }
    document = {"machine": machine, "runs": runs, "results": rounded}
    if judged is not None:
        document["goals"] = judged
    path.write_text(json.dumps(document, indent=2) + "\n")
