"""The processes of a run: started on their core, ended with the run."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class RunFailed(Exception):
    """A run that gives no figures, with a sentence that says why."""


@dataclass(frozen=True)
class Setup:
    """What scripts/bench prepared."""

    chat: str
    load: str
    database_uri: str
    database_process: int
    work: Path

    @staticmethod
    def from_environment() -> "Setup":
        env = os.environ
        return Setup(
            env["CHAT_BIN"], env["LOAD_BIN"], env["BENCH_DATABASE_URI"], int(env["BENCH_DATABASE_PROCESS"]),
            Path(env["BENCH_WORK"]),
        )


def cores() -> tuple[int, int]:
    """The service's core, and that of the load and the database; the same where there is only one."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[-1]


def pin(process: int, core: int) -> None:
    """Keeps all threads of a process on one core; those that it starts later, too."""
    for thread in os.listdir(f"/proc/{process}/task"):
        os.sched_setaffinity(int(thread), {core})


def on_core(core: int) -> Callable[[], None]:
    return lambda: os.sched_setaffinity(0, {core})


class Service:
    """A `chat serve` of its own for each run, so that no run starts with what another left in memory."""

    def __init__(self, setup: Setup, store: str, database: str, settings: dict[str, str]):
        self.secret = secrets.token_hex(32)
        log = setup.work / "service.log"
        env = {key: value for key, value in os.environ.items() if not key.startswith(("CHAT_", "MONGODB_"))}
        env |= {
            "CHAT_STORE": store, "MONGODB_URI": setup.database_uri, "MONGODB_DATABASE": database, "CHAT_PORT": "0",
            "CHAT_JWT_SECRET": self.secret, "CHAT_LOG_LEVEL": "warning", "CHAT_WEB": "",
            "CHAT_DATA": str(setup.work / "service"), "CHAT_EVENT_LOOPS": "1",
            # A sender in a closed loop is no flood.
            "CHAT_FRAMES_PER_SECOND": "0", "CHAT_FLOOD_MESSAGES": "0",
        }
        env |= settings
        env |= {key.removeprefix("BENCH_"): value for key, value in os.environ.items() if key.startswith("BENCH_CHAT_")}
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [setup.chat, "serve"], env=env, stdout=subprocess.PIPE, stderr=errors, text=True,
                preexec_fn=on_core(cores()[0]),
            )
        line = self.process.stdout.readline()
        if not line.startswith("ready http"):
            self.process.wait(30)
            raise RunFailed(f"the service did not start: {log.read_text()[-500:]}")
        self.port = int(line.rsplit(":", 1)[1])

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def speaks_second_dialect(self) -> bool:
        """Whether an upgrade that names chat.v2 gets it; its token may be refused for all that matters here."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(
                b"GET /chat/probe HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGVydHVsaWEtYmVuY2g9PQ==\r\n"
                b"Sec-WebSocket-Protocol: chat.v2\r\n"
                b"Authorization: Bearer " + token(self.secret, "probe").encode() + b"\r\n\r\n"
            )
            answer = connection.recv(4_096)
        return b" 101 " in answer and b"chat.v2" in answer


def token(secret: str, user: str) -> str:
    import base64
    import hashlib
    import hmac

    def encode(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    signed = encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + encode(
        json.dumps({"sub": user, "name": user, "exp": int(time.time()) + 3_600}).encode()
    )
    return (signed + b"." + encode(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def run_load(
    setup: Setup, arguments: list[str], on_event: Callable[[str], None] = lambda _: None, timeout: float = 600,
    core: int | None = None,
) -> dict:
    """Runs the load tool and returns its report."""
    process = subprocess.Popen(
        [setup.load, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=on_core(cores()[1] if core is None else core),
    )
    deadline = time.monotonic() + timeout
    try:
        for line in process.stdout:
            report = json.loads(line)
            if report["event"] == "report":
                process.wait(max(1, deadline - time.monotonic()))
                return report
            on_event(report["event"])
        errors = process.stderr.read()
        raise RunFailed(f"load {arguments[0]}: {errors.strip()[-500:]}")
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def machine() -> dict:
    """What the figures depend on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), "unknown",
    )
    return {"cpu": model, "cores": os.cpu_count(), "kernel": os.uname().release, "python": sys.version.split()[0]}
