# shellcheck shell=bash
# What scripts/test and scripts/soak do alike before they run tests. Sourced.

# shellcheck source=scripts/lib/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

# Two runs at once would build into the same folder and write the same logs. $1: the folder of this run's logs, which is
# made and emptied.
lock_tests() {
    exec 9>>"$CHAT_DATA/test.lock"
    flock --nonblock 9 || fail "$exit_in_use" "another scripts/test or scripts/soak already runs here."
    logs=$1
    mkdir -p -- "$logs"
    rm -f -- "$logs"/*.log
}

# Installs what is needed, and names the programs under test. Arguments: further Debian packages.
set_up_tests() {
    check_toolchain
    ensure_packages "${build_packages[@]}" "${python_packages[@]}" "$@"
    ensure_python "$root/scripts/requirements-test.txt"
    fetch_swift_packages
    # Settings of whoever started the tests must not reach what they start.
    local data=$CHAT_DATA
    unset "${!CHAT_@}" "${!MONGODB_@}"
    export CHAT_DATA=$data SECANTUS_BIN=${python%/*}/secantusd-py
    export CHAT_BIN=$root/.build/debug/chat MIGRATE_BIN=$root/.build/debug/migrate LOAD_BIN=$root/.build/debug/load
}
