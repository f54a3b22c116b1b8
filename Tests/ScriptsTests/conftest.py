"""Starts the project's scripts as a person would and watches what they do."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Programs that scripts/test built or installed; the scripts use them as they are.
PROGRAMS = ("CHAT_BIN", "MIGRATE_BIN", "LOAD_BIN", "SECANTUS_BIN")


def wait_until(condition, seconds=30, what="it"):
    """Waits for a condition to become true, and returns its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} seconds"
        time.sleep(0.02)
    return value


class Script:
    """A run of a script in a session of its own, its output in a file."""

    def __init__(self, arguments, environment, terminal=None):
        self.environment = environment
        self.output = tempfile.NamedTemporaryFile(prefix="scripts-test-", suffix=".log")
        stdio = terminal if terminal is not None else subprocess.DEVNULL
        out = terminal if terminal is not None else self.output
        self.process = subprocess.Popen(
            arguments, env=environment, cwd=ROOT, stdin=stdio, stdout=out, stderr=out, start_new_session=True
        )

    def text(self):
        return pathlib.Path(self.output.name).read_text(errors="replace")

    def lines(self):
        return self.text().splitlines()

    def ready_url(self, seconds=60):
        """Waits for the line that says that the service serves, and returns its URL."""

        def ready():
            assert self.process.poll() is None, f"ended before it served:\n{self.text()}"
            return [line for line in self.lines() if line.startswith("ready ")]

        return wait_until(ready, seconds, "the line `ready`")[0].removeprefix("ready ")

    def end(self, signal_number=signal.SIGTERM, seconds=60):
        """Sends a signal to the script alone and returns its exit code."""
        self.process.send_signal(signal_number)
        return self.code(seconds)

    def code(self, seconds=60):
        return self.process.wait(seconds)

    def token(self, name):
        return next(line.split()[1] for line in self.lines() if line.split()[:1] == [name])

    def pid(self, name):
        return int((pathlib.Path(self.environment["CHAT_DATA"]) / f"{name}.pid").read_text())


def processes_with(variable):
    """The processes that run with `NAME=value` in their environment."""
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            has_it = variable.encode() in (folder / "environ").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rpartition(") ")[2][0]
            if has_it and state not in "ZX":
                found.append(int(folder.name))
        except OSError:
            pass  # ended meanwhile, or another user's
    return found


@pytest.fixture
def folder():
    """A folder of its own that every user may enter."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="scripts-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def environment(folder):
    """What a script is started with: the programs of this test run, a data folder of its own, any free port."""
    missing = [name for name in PROGRAMS if not os.environ.get(name)]
    assert not missing, f"{', '.join(missing)} must be set; scripts/test sets them"
    return {
        **{name: os.environ[name] for name in ("PATH", *PROGRAMS)},
        "HOME": str(folder / "home"),
        "CHAT_DATA": str(folder / "data"),
        "CHAT_PORT": "0",
    }


@pytest.fixture
def start(environment):
    """Starts scripts/run, with changes to its environment (None removes); whatever still runs at the end is killed."""
    started = []

    def start_script(arguments=(), script="scripts/run", root=ROOT, terminal=None, **changes):
        merged = {name: value for name, value in {**environment, **changes}.items() if value is not None}
        started.append(Script([root / script, *arguments], merged, terminal))
        return started[-1]

    start_script.root = ROOT
    start_script.data = pathlib.Path(environment["CHAT_DATA"])
    yield start_script
    for script in started:
        script.process.kill()
        script.process.wait(10)
        for pid in processes_with(f"CHAT_DATA={script.environment['CHAT_DATA']}"):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def nothing_runs(environment):
    """A check that no process of the test is left. Everything a script starts inherits the name of the data folder."""

    def check(seconds=0.0):
        variable = f"CHAT_DATA={environment['CHAT_DATA']}"
        wait_until(lambda: not processes_with(variable), max(seconds, 0.5), "the end of every process")

    return check
