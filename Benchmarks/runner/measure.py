"""One run of a scenario, and the figures that come of it."""

import resource
import secrets
import subprocess
import sys

import pymongo

from . import processes
from .processes import RunFailed, Service, Setup
from .scenarios import Scenario

DATABASE = "bench"
INSERT_DATABASE = "bench_insert"


class Measurement:
    """Measures against one database for as long as scripts/bench runs."""

    def __init__(self, setup: Setup, seconds: float):
        self.setup = setup
        self.seconds = seconds
        self.client = pymongo.MongoClient(setup.database_uri, serverSelectionTimeoutMS=10_000)
        processes.pin(setup.database_process, processes.cores()[1])

    def run(self, scenario: Scenario, store: str) -> dict[str, float]:
        """The figures of one run.

        Raises `RunFailed` when there are none."""
        with Service(self.setup, store, DATABASE, scenario.settings) as service:
            if scenario.needs_second_dialect and not service.speaks_second_dialect():
                raise RunFailed("skipped: the service does not speak chat.v2")
            options = list(scenario.options)
            if scenario.command == "idle":
                options = fit_descriptors(options)
            if scenario.command == "rooms":
                options.append(f"--seconds={self.seconds}")
            inserts: list[int] = []
            report = processes.run_load(
                self.setup,
                [
                    scenario.command, *options, f"--port={service.port}", f"--secret={service.secret}",
                    f"--room-prefix=r{secrets.token_hex(4)}-", f"--watch=service={service.process.pid}",
                    f"--watch=database={self.setup.database_process}",
                ],
                on_event=lambda _: inserts.append(self.insert_commands()) if store == "mongodb" else None,
            )
        figures = {"rooms": of_rooms, "idle": of_idle, "resume": of_resume}[scenario.command](report)
        if len(inserts) == 2 and inserts[1] > inserts[0]:
            figures["batch_messages"] = report["messages"] / (inserts[1] - inserts[0])
        if scenario.inserts and store == "mongodb":
            figures |= self.bare_inserts(figures)
        return figures

    def insert_commands(self) -> int:
        """How many insert commands the database has run. (SecantusDB counts commands here, mongod documents.)"""
        return self.client.admin.command("serverStatus")["opcounters"]["insert"]

    def bare_inserts(self, figures: dict[str, float]) -> dict[str, float]:
        """The driver alone, at the batch size that was just seen, while as much of the database's core is taken as the
        load took."""
        burner = subprocess.Popen(
            [self.setup.load, "burn", f"--share={min(0.95, figures['load_cpu_share']):.3f}", "--seconds=60"],
            preexec_fn=processes.on_core(processes.cores()[1]),
        )
        try:
            report = processes.run_load(
                self.setup,
                [
                    "insert", f"--uri={self.setup.database_uri}", f"--database={INSERT_DATABASE}",
                    f"--batch={max(1, figures['batch_messages']):.2f}", f"--room-prefix=r{secrets.token_hex(4)}-",
                    f"--seconds={self.seconds}",
                ],
                core=processes.cores()[0],
            )
        finally:
            burner.kill()
            burner.wait()
        rate = report["messages"] / report["seconds"]
        return {"bare_inserts_per_s": rate, "of_bare_inserts": figures["messages_per_s"] / rate}


def fit_descriptors(options: list[str]) -> list[str]:
    """As many sockets as a process may have here, with some left for what else it opens."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100
    return [
        f"--rooms={min(int(option.split('=')[1]), limit // 10)}" if option.startswith("--rooms=") else option
        for option in options
    ]


def of_rooms(report: dict) -> dict[str, float]:
    if report["complaints"] or report["closed"]:
        print(f"{report['closed']} closed; {'; '.join(report['complaints'])}", file=sys.stderr, flush=True)
    seconds, usage = report["seconds"], report["processes"]
    figures = {
        "deliveries_per_s": report["deliveries"] / seconds,
        "messages_per_s": report["messages"] / seconds,
        "frames_per_read": report["deliveries"] / max(1, report["reads"]),
        "lost": report["lost"],
        "duplicates": report["duplicates"],
        "unanswered": report["unanswered"] + report["unacknowledged"] + report["errors"],
        "open_s": report["open_seconds"],
    }
    for name, prefix in (("own", "own"), ("others", "delivery")):
        for key, value in report[name].items():
            if key.endswith("_ms"):
                figures[f"{prefix}_{key}"] = value
    for name, use in usage.items():
        figures[f"{name}_cpu_share"] = use["cpu_seconds"] / seconds
        figures[f"{name}_us_per_delivery"] = use["cpu_seconds"] * 1e6 / max(1, report["deliveries"])
    figures["service_rss_mib"] = usage["service"]["rss_end_bytes"] / 2**20
    if "stalled_closed" in report:
        figures["stalled_closed"] = report["stalled_closed"]
    return figures


def of_idle(report: dict) -> dict[str, float]:
    held, clients = report["held"]["service"], report["clients"]
    return {
        "sockets": clients,
        "rss_per_socket_kib": (held["rss_end_bytes"] - held["rss_before_bytes"]) / clients / 1024,
        "open_s": report["open_seconds"],
        "reopen_s": report["reopen_seconds"],
        "opened_per_s": clients / report["reopen_seconds"],
        "service_us_per_reopen": report["processes"]["service"]["cpu_seconds"] * 1e6 / clients,
        "lost": 0, "duplicates": 0, "unanswered": report["errors"] + report["closed"],
    }


def of_resume(report: dict) -> dict[str, float]:
    return {
        "current_s": report["current_seconds"],
        "resyncs": report["resyncs"],
        "deliveries": report["deliveries"],
        "lost": report["lost"], "duplicates": report["duplicates"],
        "unanswered": report["errors"] + report["closed"],
    }
