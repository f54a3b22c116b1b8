# shellcheck shell=bash
# The embedded database (SecantusDB): start, wait, stop. Sourced.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The process of the database that was started here, if any, and its connection string.
database=
database_uri=

# Starts the database on a free port of this machine and waits until it answers.
# $1: folder of its files; beside it, a file with the ending .pid gets its process id.
# $2: its log, at most 5 MB; two older ones are kept. Then further options for it.
# Uses $SECANTUS_BIN where that is set, else the one of `ensure_python`.
start_database() {
    local storage=$1 log=$2 interpreter=${python:-} port command
    shift 2
    [[ -z ${SECANTUS_BIN:-} ]] || interpreter=$(dirname -- "$SECANTUS_BIN")/python
    mkdir -p -- "$storage"
    keep_older_logs "$log"
    command=("$interpreter" "$root/scripts/lib/database.py" "$log" --config "$root/scripts/lib/database.toml")
    start TERM "${command[@]}" --host 127.0.0.1 --port 0 --storage-path "$storage" --sync-on-commit "$@" >>"$log" 2>&1
    database=$started
    printf '%s\n' "$database" >"$storage.pid"
    port=$(database_port "$log") || fail "$exit_failed" "the database did not start; its log: $log"
    # shellcheck disable=SC2034  # for the commands
    database_uri="mongodb://127.0.0.1:$port/?replicaSet=secantus"
}

# Makes room for a log that begins anew: the last two stay as $1.1 and $1.2.
keep_older_logs() {
    [[ ! -e $1.1 ]] || mv -f -- "$1.1" "$1.2"
    [[ ! -e $1 ]] || mv -f -- "$1" "$1.1"
}

# Prints the port once the database has it open; fails when it ended or does not answer within a minute.
# $1: its log, which begins with this start.
database_port() {
    local tenths=600 line
    while is_running "$database" && ((tenths-- > 0)); do
        line=$(grep -aoE 'listening on 127\.0\.0\.1:[0-9]+' -- "$1" 2>/dev/null) && {
            printf '%s\n' "${line##*:}"
            return
        }
        sleep 0.1
    done
    return 1
}

# Stops the database that was started here, after whatever uses it.
stop_database() {
    [[ -n $database ]] || return 0
    stop_process "$database" 30
    database=
}
