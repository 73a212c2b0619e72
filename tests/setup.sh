# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Sees to it that the machine has what a build needs; examples/run and tests/run source it.
# On Debian and Ubuntu what is missing is installed by apt; elsewhere it is named.

# By the names of Debian's packages.
build_packages=(cmake ninja-build g++ pkg-config qt6-base-dev qt6-declarative-dev zlib1g-dev)
quick_packages=(qml6-module-qtqml qml6-module-qtqml-models qml6-module-qtqml-workerscript
    qml6-module-qtquick qml6-module-qtquick-window)
window_packages=("${quick_packages[@]}" qml6-module-qtquick-controls qml6-module-qtquick-layouts
    qml6-module-qtquick-templates)
test_packages=("${build_packages[@]}" "${window_packages[@]}" qml6-module-qttest
    qt6-declarative-dev-tools libsimdjson-dev nodejs xvfb metacity xdotool fonts-inter bubblewrap)
# What the benchmarks compare with; net-ipc comes by npm.
bench_packages=("${build_packages[@]}" libsimdjson-dev libmsgpack-cxx-dev nodejs
    qt6-remoteobjects-dev libzmq3-dev libnng-dev)
# libFuzzer and the sanitizers come with Clang's runtime.
fuzz_packages=("${build_packages[@]}" libsimdjson-dev clang libclang-rt-dev)
tidy_packages=("${build_packages[@]}" clang clang-tidy)
npm_packages=(npm ca-certificates)

say() { printf '\n== %s\n' "$*"; }

# quietly COMMAND…: runs it, and shows what it printed only where it failed.
quietly() {
    local output
    output=$("$@" 2>&1) || { printf '%s\n' "$output" >&2 && return 1; }
}

# has PACKAGE: whether what the Debian package brings is there, from wherever it came.
has() {
    case $1 in
    cmake) command -v cmake ;;
    ninja-build) command -v ninja ;;
    g++) command -v c++ ;;
    pkg-config) command -v pkg-config ;;
    qt6-base-dev) pkg-config --atleast-version=6.4 Qt6Core Qt6Network ;;
    qt6-declarative-dev) pkg-config --atleast-version=6.4 Qt6Qml ;;
    qt6-declarative-dev-tools) [ -x "$(qmake6 -query QT_INSTALL_BINS)/qmllint" ] ;;
    qml6-module-*) has_qml_module "${1#qml6-module-}" ;;
    clang) command -v clang++ ;;
    clang-tidy | valgrind) command -v "$1" ;;
    libclang-rt-dev) find "$(clang++ -print-resource-dir)" -name 'libclang_rt.fuzzer*' | grep -q . ;;
    libmsgpack-cxx-dev) has_header msgpack.hpp ;;
    libsimdjson-dev) has_header simdjson.h ;;
    zlib1g-dev) has_header zlib.h ;;
    qt6-remoteobjects-dev) pkg-config --atleast-version=6.4 Qt6RemoteObjects ;;
    libzmq3-dev) has_header zmq.h ;;
    libnng-dev) has_header nng/nng.h ;;
    nodejs) has_node ;;
    xvfb) command -v Xvfb ;;
    metacity | xdotool) command -v "$1" ;;
    bubblewrap) command -v bwrap ;;
    fonts-inter) [ -n "$(fc-list :family=Inter)" ] ;;
    npm) command -v npm ;;
    debootstrap) [ -x /usr/sbin/debootstrap ] ;;
    debian-archive-keyring) [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ;;
    ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] || [ ! -d /etc/apt ] ;;
    *) false ;;
    esac >/dev/null 2>&1
}

# has_qml_module qtquick-controls: whether there is a QtQuick/Controls.
has_qml_module() {
    local folder
    folder=$(qmake6 -query QT_INSTALL_QML)
    find "$folder" -maxdepth 3 -ipath "$folder/${1//-//}/qmldir" | grep -q .
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

# need_root COMMAND: as_root becomes what has to stand before a command that needs root rights. Stops
# where there are none to be had, and says that root should run COMMAND.
need_root() {
    as_root=()
    [ "$(id -u)" -ne 0 ] || return 0
    if ! command -v sudo >/dev/null; then
        echo "This needs root rights, and there is no sudo here; as root run: $1" >&2
        exit 1
    fi
    as_root=(sudo)
}

apt_install() {
    need_root "apt-get install $*"
    say "Installing $* (apt-get${as_root[0]:+, with sudo})"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# has_net_ipc FOLDER: whether the packages that FOLDER's lock file pins are installed.
has_net_ipc() { [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; }

# need_net_ipc FOLDER [OPTION…]: installs them where that was not done yet.
need_net_ipc() {
    local folder=$1
    shift
    has_net_ipc "$folder" && return 0
    say "Installing net-ipc into $folder/node_modules (npm ci)"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund "$@")
}
