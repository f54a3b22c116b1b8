"""usage: python -m runner [--runs N] [--only KEYS] [--seconds S] [--json FILE] [--save-baseline]; see scripts/bench."""

import argparse
import sys
from pathlib import Path

from . import processes, report
from .measure import Measurement
from .processes import RunFailed, Setup
from .scenarios import SCENARIOS, Scenario

BASELINE = Path(__file__).parent.parent / "baseline.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="scenarios, such as a,b,e10; all when missing")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--save-baseline", action="store_true")
    options = parser.parse_args()
    wanted = set(filter(None, options.only.split(",")))
    chosen = [scenario for scenario in SCENARIOS if not wanted or {scenario.key, scenario.key[0]} & wanted]
    if not chosen:
        parser.error(f"no scenario is called {options.only}")

    measurement = Measurement(Setup.from_environment(), options.seconds)
    baseline = report.load_baseline(BASELINE)
    results: report.Results = {}
    judged: list[dict] = []
    for scenario in chosen:
        figures = measure(measurement, scenario, options.runs)
        if not figures:
            continue
        results[scenario.key] = figures
        judged += report.judge(scenario, figures)
        print(report.table(scenario, figures, baseline), flush=True)
    print(report.goals_table(judged))
    machine = processes.machine()
    if options.json:
        report.save(options.json, machine, options.runs, results, judged)
    if options.save_baseline:
        report.save(BASELINE, machine, options.runs, report.load_baseline(BASELINE) | results)
    bad = any(f.get(key, 0) for stores in results.values() for f in stores.values() for key in report.MUST_BE_ZERO)
    missing = any(scenario.key not in results and not scenario.needs_second_dialect for scenario in chosen)
    return 1 if bad or missing else 0


def measure(measurement: Measurement, scenario: Scenario, runs: int) -> dict[str, report.Figures]:
    """The medians of each store. The stores take turns, so that what disturbs the machine meets both."""
    collected: dict[str, list[report.Figures]] = {store: [] for store in scenario.stores}
    for _ in range(min(runs, scenario.maximum_runs)):
        for store in scenario.stores:
            try:
                collected[store].append(measurement.run(scenario, store))
            except RunFailed as failure:
                print(f"({scenario.key}) {store}: {failure}", file=sys.stderr, flush=True)
                if str(failure).startswith("skipped"):
                    return {}
    return {store: report.median(figures) for store, figures in collected.items() if figures}


if __name__ == "__main__":
    sys.exit(main())
