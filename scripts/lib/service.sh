# shellcheck shell=bash
# The chat service: start and wait until it serves. Sourced.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The process of the service that was started here, if any; the URL at which it serves, once it does.
service=
# shellcheck disable=SC2034  # for the commands
service_url=

# Starts `chat serve`, configured by the environment, and waits until it serves. Fails when it ends before that; false
# when the database that was started here did.
# $1: file NAME.out for its standard output, which is one line. NAME.pid beside it gets its process id.
start_service() {
    local output=$1 deadline=$((SECONDS + 120)) line status=0
    start TERM "$CHAT_BIN" serve >"$output"
    service=$started
    printf '%s\n' "$service" >"${output%.out}.pid"
    while is_running "$service"; do
        if read -r line <"$output" && [[ $line == "ready http"* ]]; then
            # shellcheck disable=SC2034
            service_url=${line#ready }
            return
        fi
        [[ -z ${database:-} ]] || is_running "$database" || return 1
        ((SECONDS < deadline)) || fail "$exit_failed" "the service does not serve after two minutes; its messages stand above."
        sleep 0.05
    done
    wait "$service" || status=$?
    service_ended "$status"
}

# Says that the service ended without having been told to. $1: its status, which becomes the script's.
service_ended() {
    local status=$1
    service=
    ((status)) || status=$exit_failed
    fail "$status" "the service ended by itself with status $1; its messages stand above."
}

# Stops the service that was started here.
stop_service() {
    [[ -n $service ]] || return 0
    stop_process "$service" 30
    service=
}
