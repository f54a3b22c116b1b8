# shellcheck shell=bash
# What must be there before anything is built: the Swift toolchain, Debian packages, a Python environment. Sourced.

# shellcheck source=scripts/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# shellcheck disable=SC2034  # for the commands
# What the build and the programs need, apart from the toolchain.
build_packages=(ca-certificates git libbson-dev libc6-dev libmongoc-dev libssl-dev libstdc++-12-dev pkg-config)
# shellcheck disable=SC2034
python_packages=(python3 python3-venv)
# shellcheck disable=SC2034
browser_packages=(chromium fonts-liberation)

# The interpreter of the Python environment, once `ensure_python` has made it.
python=

# Fails unless a Swift that this package's manifest accepts can be run.
check_toolchain() {
    local required output advice
    required=$(sed -nE '1s/.*swift-tools-version: *([0-9.]+).*/\1/p' "$root/Package.swift")
    advice="install Swift $required or newer (see https://www.swift.org/install) and put its usr/bin folder on the PATH."
    command -v swift >/dev/null || fail "$exit_missing" "no Swift toolchain was found: $advice"
    output=$(swift --version 2>&1) || fail "$exit_missing" "\`swift --version\` fails ($(command -v swift)): $advice"
    [[ $output =~ Swift\ version\ ([0-9]+(\.[0-9]+)*) ]] ||
        fail "$exit_missing" "\`swift --version\` names no version ($(command -v swift)): $advice"
    printf '%s\n' "$required" "${BASH_REMATCH[1]}" | sort --version-sort --check=silent ||
        fail "$exit_missing" "this Swift is too old (${BASH_REMATCH[1]}): $advice"
}

# Installs those of the named Debian packages that are missing, or fails with the line that does.
ensure_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null; then
        pkg-config --exists libmongoc-1.0 2>/dev/null ||
            fail "$exit_missing" "this is no Debian: install the MongoDB C driver 1.x with its headers, pkg-config and python3."
        return
    fi
    for package in "$@"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed* ]] ||
            missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        { command -v sudo && sudo -n true; } >/dev/null 2>&1 ||
            fail "$exit_missing" "Debian packages are missing; run: sudo apt-get install --yes ${missing[*]}"
        as_root=(sudo -n)
    fi
    install_packages "${missing[@]}"
    as_root=()
}

# Installs Debian packages. An interruption lets apt-get come to a safe end by itself.
install_packages() {
    local log=$logs/apt.log apt
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes -o "DPkg::Lock::Timeout=300")
    say "Installing Debian packages: $*"
    step_patience_seconds=300
    # Old lists may do where new ones cannot be had, so only the installation decides.
    run_logged_step "$log" "${apt[@]}" update || true
    run_logged_step "$log" "${apt[@]}" install --no-install-recommends "$@" ||
        fail "$exit_download" "apt-get could not install $* (is there a network?); its log: $log"
    step_patience_seconds=10
}

# Makes the Python environment in the data folder hold what the file $1 pins. Sets `python` to its interpreter.
ensure_python() {
    local requirements=$1 environment=$CHAT_DATA/python log=$logs/pip.log base kind wanted lock
    python=$environment/bin/python
    base=$(base_python)
    kind="$environment $("$base" --version 2>&1)"
    wanted=$(cat -- "$root"/scripts/requirements*.txt | sha256sum)
    # Two commands may want it at the same time.
    exec {lock}>"$environment.lock"
    until flock --timeout 1 "$lock"; do :; done
    if [[ $(cat -- "$environment/.made" 2>/dev/null) != "$kind" ]]; then
        say "Making a Python environment"
        run_logged_step "$log" "$base" -m venv --clear "$environment" ||
            fail "$exit_missing" "the Python environment could not be made; its log: $log"
        printf '%s\n' "$kind" >"$environment/.made"
    fi
    if [[ $(cat -- "$environment/.holds-${requirements##*/}" 2>/dev/null) != "$wanted" ]]; then
        say "Installing Python packages (the embedded database is one; about 30 MB)"
        run_logged_step "$log" "$python" -m pip install --no-input --disable-pip-version-check --only-binary :all: \
            --requirement "$requirements" ||
            fail "$exit_download" "the Python packages could not be installed (is there a network?); the log: $log"
        printf '%s\n' "$wanted" >"$environment/.holds-${requirements##*/}"
    fi
    exec {lock}>&-
}

# Prints a Python that can make environments; Debian's own, where it can, because its package was just checked.
base_python() {
    local candidate
    for candidate in /usr/bin/python3 python3; do
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "$exit_missing" "no python3 with its venv module was found; install python3 and python3-venv."
}

# Fetches the Swift packages, apart from the build, so that a missing network is not taken for a failed build.
fetch_swift_packages() {
    local log=$logs/swift-packages.log
    say "Fetching Swift packages"
    run_logged_step "$log" swift package --package-path "$root" resolve ||
        fail "$exit_download" "the Swift packages could not be fetched (is there a network?); the log: $log"
}
