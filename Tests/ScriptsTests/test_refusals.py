"""scripts/run when it cannot start: one clear sentence and a documented exit code each."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from conftest import ROOT, wait_until


def refusal(script, code, seconds=60):
    """The one sentence with which a start was refused."""
    assert script.code(seconds) == code, script.text()
    sentences = [line for line in script.lines() if line.startswith("scripts/run: ")]
    assert len(sentences) == 1, script.text()
    assert script.lines()[-1] == sentences[0]
    return sentences[0]


def stub(folder, name, text):
    """Puts a program named `name` into the folder `bin`, for a PATH that begins with it."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n")
    path.chmod(0o755)
    return f"{path.parent}:{os.environ['PATH']}"


def path_without(folder, *names):
    """A PATH with all that the system's folders hold, except the named programs."""
    path = folder / "programs"
    path.mkdir()
    for source in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for program in pathlib.Path(source).iterdir():
            if program.name not in names and not (path / program.name).exists():
                (path / program.name).symlink_to(program)
    return str(path)


def test_a_busy_port_is_said_before_anything_is_built(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        began = time.monotonic()
        sentence = refusal(start(CHAT_PORT=str(port), CHAT_BIN=None, MIGRATE_BIN=None), 69)
    assert f"port {port} on 127.0.0.1 is in use" in sentence
    assert time.monotonic() - began < 5


def test_a_second_start_says_that_the_first_still_runs(start):
    first = start()
    url = first.ready_url()
    assert "already uses the data folder" in refusal(start(), 75)
    # The refused start left everything of the first one alone.
    assert first.process.poll() is None
    assert first.pid("service") and first.pid("db")
    assert first.end() == 0, url


def test_a_missing_toolchain_is_said(start, folder):
    sentence = refusal(start(PATH=path_without(folder, "swift"), CHAT_BIN=None, MIGRATE_BIN=None), 72)
    assert "no Swift toolchain was found" in sentence


def test_a_toolchain_that_is_too_old_is_said(start, folder):
    path = stub(folder, "swift", "echo 'Swift version 5.10.1 (swift-5.10.1-RELEASE)'")
    sentence = refusal(start(PATH=path, CHAT_BIN=None, MIGRATE_BIN=None), 72)
    assert "too old (5.10.1)" in sentence


def test_a_data_folder_that_cannot_be_made_is_said(start):
    assert "/dev/null/data cannot be made or written" in refusal(start(CHAT_DATA="/dev/null/data"), 73)


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80 80", ""])
def test_a_port_that_is_none_is_said(start, port):
    if port == "":
        # Empty counts as not set.
        assert "CHAT_PORT" not in start(CHAT_DATA="/dev/null/data", CHAT_PORT=port).text()
        return
    assert f"CHAT_PORT is '{port}'" in refusal(start(CHAT_PORT=port), 64)


def test_an_unknown_argument_is_said(start):
    assert "unknown argument '--port'" in refusal(start(["--port", "1"]), 64)


def test_help_names_every_exit_code_that_is_used(start):
    run = start(["--help"])
    assert run.code() == 0
    used = set(re.findall(r"exit_\w+=(\d+)", (ROOT / "scripts/lib/common.sh").read_text()))
    assert used and all(re.search(rf"\b{code} ", run.text()) for code in used)


def test_python_packages_that_cannot_be_downloaded_are_said_with_the_place_of_the_log(start):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:1/", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    sentence = refusal(start(SECANTUS_BIN=None, PIP_CONFIG_FILE="/dev/null", **nowhere), 74)
    log = pathlib.Path(sentence.rpartition(" ")[2])
    assert "Python packages could not be installed" in sentence
    assert "SecantusDB" in log.read_text()


def test_swift_packages_that_cannot_be_fetched_are_said_with_the_place_of_the_log(start, folder):
    path = stub(folder, "swift", '[[ $1 == --version ]] && exec echo "Swift version 99.0"; echo "cannot clone"; exit 1')
    sentence = refusal(start(PATH=path, CHAT_BIN=None, MIGRATE_BIN=None), 74)
    assert "Swift packages could not be fetched" in sentence
    assert "cannot clone" in pathlib.Path(sentence.rpartition(" ")[2]).read_text()


def test_a_failed_build_is_said(start, folder):
    path = stub(folder, "swift", '[[ $1 == --version ]] && exec echo "Swift version 99.0"; [[ $1 != build ]]')
    assert "the build of `chat` failed" in refusal(start(PATH=path, CHAT_BIN=None, MIGRATE_BIN=None), 70)


# What is missing cannot be taken from the machine that runs the tests, so dpkg-query says that it is.
NOTHING_INSTALLED = "echo not-installed"
SWIFT = 'echo "Swift version 99.0"'


def test_missing_debian_packages_that_apt_cannot_install_are_said(start, folder):
    stub(folder, "dpkg-query", NOTHING_INSTALLED)
    stub(folder, "swift", SWIFT)
    stub(folder, "sudo", 'shift; exec "$@"')
    path = stub(folder, "apt-get", 'echo "could not resolve host"; exit 100')
    sentence = refusal(start(PATH=path, CHAT_BIN=None, MIGRATE_BIN=None), 74)
    assert "apt-get could not install" in sentence and "libmongoc-dev" in sentence
    assert "could not resolve host" in pathlib.Path(sentence.rpartition(" ")[2]).read_text()


def test_one_who_may_not_install_is_told_the_line_to_run(folder):
    """As another user than root, from a copy that this user can read."""
    stub(folder, "dpkg-query", NOTHING_INSTALLED)
    stub(folder, "swift", SWIFT)
    path = stub(folder, "sudo", "exit 1")
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "Package.swift", folder)
    data = folder / "data"
    data.mkdir()
    command = [folder / "scripts/run"]
    if os.geteuid() == 0:
        os.chown(data, 65534, 65534)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    result = subprocess.run(
        command,
        env={"PATH": path, "CHAT_DATA": str(data), "CHAT_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode == 72, result.stderr
    assert "run: sudo apt-get install --yes " in result.stderr
    assert {"libmongoc-dev", "libssl-dev", "pkg-config", "python3-venv"} <= set(result.stderr.split())


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("step", ["package", "build"])
def test_an_interruption_while_building_leaves_no_process(start, folder, nothing_runs, name, step):
    """With a toolchain that, like the real one, starts compilers in process groups of their own, and takes long."""
    path = stub(
        folder,
        "swift",
        f"""[[ $1 == --version ]] && exec echo "Swift version 99.0"
        [[ $1 == {step} ]] || exit 0
        set -m
        sleep 600 & sleep 600 & echo compiling; wait""",
    )
    run = start(PATH=path, CHAT_BIN=None, MIGRATE_BIN=None)
    wait_until(lambda: "compiling" in run.text(), what="the build")
    assert run.end(getattr(signal, name)) == 128 + getattr(signal, name)
    nothing_runs()
