# shellcheck shell=bash
# What the commands share: messages, exit codes, settings, and starting and stopping processes. Sourced, never run.

[[ -z ${common_is_sourced:-} ]] || return 0
common_is_sourced=yes

set -euo pipefail
shopt -s inherit_errexit

# A shell that starts a command in the background of a script makes it ignore SIGINT; bash cannot undo that for itself, but
# for a new process.
[[ -z $(trap -p INT) ]] || exec env --default-signal=INT "$0" "$@"

command_name=scripts/${0##*/}

# Documented in docs/operations.md; after sysexits(3) where that has a fitting one.
# shellcheck disable=SC2034  # used by the files that source this one
readonly exit_failed=1 exit_usage=64 exit_port_busy=69 exit_build=70 exit_missing=72 exit_data_folder=73 \
    exit_download=74 exit_in_use=75 exit_schema=78

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
readonly root

# A line about a step that begins, with the minutes and seconds since the script did.
say() {
    printf '==> %d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"
}

# Ends the script with one sentence. $1: exit code, then the sentence.
fail() {
    local code=$1
    shift
    printf '%s: %s\n' "$command_name" "$*" >&2
    exit "$code"
}

# --- Settings ---------------------------------------------------------------------------------------------------------

# Sets and makes the data folder: $CHAT_DATA, else .chat-data at the project's root. A relative path counts from where
# the command was called, as everywhere; the programs get it as an absolute one.
use_data_folder() {
    CHAT_DATA=$(realpath -m -- "${CHAT_DATA:-$root/.chat-data}")
    export CHAT_DATA
    # shellcheck disable=SC2034  # used by the files that source this one
    logs=$CHAT_DATA/logs
    # What is made is for its owner only: it will hold messages and the secret.
    (umask 077 && mkdir -p -- "$logs" && [[ -w $CHAT_DATA && -w $logs ]]) 2>/dev/null ||
        fail "$exit_data_folder" "the data folder $CHAT_DATA cannot be made or written; set CHAT_DATA to another one."
}

# --- Processes --------------------------------------------------------------------------------------------------------

# Prefix of commands that need root: empty, or sudo where that asks for no password.
as_root=()
# The long command that runs now, if any: it leads a session of its own, named by its process id.
step=
# How long it may take to end after an interruption.
step_patience_seconds=10

# Starts a command in the background and in a session of its own, so that Ctrl-C in the terminal reaches this script
# alone, which then ends things in order. Should this script be killed outright, the kernel sends the command the signal
# $1. Descriptor 9, the lock on the data folder, is not handed on: it must end with this script. Sets `started`.
start() {
    local signal=$1
    shift
    setsid setpriv --pdeathsig "$signal" env --default-signal "$@" </dev/null 9>&- &
    started=$!
}

# Runs a long command to its end and returns its status. A signal to this script is acted on at once.
run_step() {
    start INT "$@"
    await_step
}

# The same with the output also appended to the file $1, which is cut to its last 1,000 lines first.
run_logged_step() {
    local log=$1 earlier output tee_process status=0
    shift
    if [[ -e $log ]]; then
        earlier=$(tail -n 1000 -- "$log")
        printf '%s\n' "$earlier" >"$log"
    fi
    exec {output}> >(exec tee -ia -- "$log" 9>&-)
    tee_process=$!
    start INT "$@" >&"$output" 2>&1
    exec {output}>&-
    await_step || status=$?
    # It ends by itself, unless a process that hides in yet another session holds the pipe.
    ends_within "$tee_process" 10 || kill "$tee_process"
    return "$status"
}

# Waits for the command that was just started, then ends what it may have left behind.
await_step() {
    local status=0
    step=$started
    wait "$step" || status=$?
    stop_step
    return "$status"
}

# True while the process runs; one that only waits to be collected by its parent has ended.
is_running() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    [[ ${line##*) } != [ZX]* ]]
}

# Waits for a process to end. $1: process id, $2: seconds at most.
ends_within() {
    local tenths=$(($2 * 10))
    while is_running "$1"; do
        ((tenths-- > 0)) || return 1
        sleep 0.1
    done
}

# Sends a signal to a process, also to one that runs as root through sudo. $1: signal, $2: process id.
send() {
    kill -s "$1" -- "$2" 2>/dev/null || { ((${#as_root[@]})) && "${as_root[@]}" kill -s "$1" -- "$2" 2>/dev/null; } || true
}

# Ends one process: asks it, and after $2 seconds makes it. $1: process id.
stop_process() {
    send TERM "$1"
    ends_within "$1" "$2" || {
        send KILL "$1"
        ends_within "$1" 5 || true
    }
}

# Prints the ids of the processes in session $1 that still run.
session_members() {
    local stat line fields
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        read -ra fields <<<"${line##*) }" # state, parent, group, session, …
        if [[ ${fields[3]:-} == "$1" && ${fields[0]} != [ZX] ]]; then
            line=${stat#/proc/}
            printf '%s\n' "${line%/stat}"
        fi
    done
}

# Ends the long command of now with all that it started: first as Ctrl-C would, then by force. Compilers run in process
# groups of their own, so the session is what holds them together.
stop_step() {
    local session=$step members process signal
    step=
    [[ -n $session ]] || return 0
    for signal in INT TERM KILL; do
        members=$(session_members "$session")
        [[ -n $members ]] || return 0
        for process in $members; do
            send "$signal" "$process"
        done
        session_ends_within "$session" "$step_patience_seconds" || true
    done
}

# Waits for all of a session to end. $1: session, $2: seconds at most.
session_ends_within() {
    local deadline=$((SECONDS + $2))
    while [[ -n $(session_members "$1") ]]; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# Makes the script end through its EXIT trap on every signal that should end it. $1: the function of that trap.
on_exit() {
    # shellcheck disable=SC2064  # the name is wanted now
    trap "leave $1" EXIT
    trap 'interrupted INT 130' INT
    trap 'interrupted TERM 143' TERM
    trap 'interrupted HUP 129' HUP
    trap 'interrupted PIPE 141' PIPE
}

# The code with which an interruption ends the script; 0 once what was to be started serves.
interrupted_code=

interrupted() {
    exit "${interrupted_code:-$2}"
}

# Runs the function $1 undisturbed: no second signal cuts it short, and no failed write (the terminal may be gone).
leave() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP PIPE
    set +e
    stop_step
    "$1" "$code"
    exit "$code"
}
