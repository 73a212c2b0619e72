# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Sees to it that the machine has what a build needs; examples/run and tests/run source it.
# On Debian and Ubuntu what is missing is installed by apt; elsewhere it is named.

say() { printf '\n== %s\n' "$*"; }

# has PACKAGE: whether what the Debian package brings is there, from wherever it came.
has() {
    case $1 in
    cmake) command -v cmake ;;
    ninja-build) command -v ninja ;;
    g++) command -v c++ ;;
    pkg-config) command -v pkg-config ;;
    qt6-base-dev) pkg-config --atleast-version=6.4 Qt6Core Qt6Network ;;
    libmsgpack-cxx-dev) has_header msgpack.hpp ;;
    libsimdjson-dev) has_header simdjson.h ;;
    zlib1g-dev) has_header zlib.h ;;
    nodejs) has_node ;;
    npm) command -v npm ;;
    ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -d /etc/apt ] ;;
    *) false ;;
    esac >/dev/null 2>&1
}

has_header() { echo "#include <$1>" | c++ -std=c++17 -DMSGPACK_NO_BOOST -E -x c++ -; }

has_node() { node -e 'process.exit(parseInt(process.versions.node, 10) >= 16 ? 0 : 1)'; }

missing_of() {
    local package
    for package in "$@"; do has "$package" || echo "$package"; done
}

# need_packages PACKAGE…: returns with all of them there, or stops.
need_packages() {
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0

    if ! command -v apt-get >/dev/null; then
        echo "To go on this needs, by the names of Debian's packages: ${missing[*]}" >&2
        exit 1
    fi
    apt_install "${missing[@]}"

    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Still missing, or too old on this system (Qt has to be 6.4, Node 16): ${missing[*]}" >&2
    exit 1
}

apt_install() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing: $*. There is no sudo here; as root run: apt-get install $*" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    say "Installing $* (apt-get${as_root[0]:+, with sudo})"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need_net_ipc FOLDER [OPTION…]: installs the packages that FOLDER's lock file pins, where that was not
# done yet.
need_net_ipc() {
    local folder=$1
    shift
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return 0
    say "Installing net-ipc into $folder/node_modules (npm ci)"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund "$@")
}
