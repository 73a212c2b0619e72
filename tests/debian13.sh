#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
#
# Runs `tests/run --quick` in Debian 13, which has Qt 6.8; this is `tests/run --qt6.8`. The root is made
# where there is none, where its making was interrupted, and where the tests have come to need more.
set -euo pipefail
cd -P "$(dirname "$0")/.."
. tests/setup.sh

root=build/debian13
output=build/qt6.8

# All mounts are made in a namespace of their own: they end with its last process, in whatever way that
# ends, and nobody outside comes across them.
enter_namespace() {
    has_net_ipc tests/interop || need_packages nodejs "${npm_packages[@]}"
    need_net_ipc tests/interop
    need_packages debootstrap debian-archive-keyring
    need_root "tests/run --qt6.8"
    if ! "${as_root[@]}" unshare --mount true; then
        echo "Only root can make and enter a Debian 13 root, and only where mounting is allowed." >&2
        exit 1
    fi
    mkdir -p "$output"
    exec "${as_root[@]}" env DEBIAN_MIRROR="${DEBIAN_MIRROR:-}" \
        unshare --mount-proc --pid --fork --kill-child tests/debian13.sh "$(id -u):$(id -g)"
}

complete() { [ "$(cat "$root/packages" 2>/dev/null)" = "${test_packages[*]}" ]; }

# The mirror and the proxy are those of this machine's apt.
make_root() {
    # shellcheck disable=SC2016 # apt-get expands it
    [ -n "$DEBIAN_MIRROR" ] || DEBIAN_MIRROR=$(apt-get indextargets --format '$(SITE)' \
        'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
    if [ -z "$DEBIAN_MIRROR" ]; then
        echo "apt knows no mirror of Debian on this system; name one in DEBIAN_MIRROR." >&2
        exit 1
    fi
    eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
    [ -z "${http_proxy:-}" ] || export http_proxy

    remove_root
    say "Making a Debian 13 root in $root (debootstrap)"
    # An old debootstrap does not know that trixie is made as sid is.
    quietly debootstrap --variant=minbase --include=ca-certificates --force-check-gpg \
        trixie "$root" "$DEBIAN_MIRROR" /usr/share/debootstrap/scripts/sid
}

# What somebody has mounted there by hand is not removed.
remove_root() {
    local path
    path=$(realpath -m "$root")
    path=${path// /\\040}
    if grep -qF -e " $path " -e " $path/" /proc/self/mountinfo; then
        echo "Something is mounted in $root; unmount it first." >&2
        exit 1
    fi
    rm -rf --one-file-system "$root"
}

mount_system() {
    mount -t proc proc "$root/proc"
    mount --bind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/tmp"
}

# Last of all the root says what it has, which makes it complete.
install_packages() {
    say "Installing ${test_packages[*]} in $root"
    chroot "$root" apt-get update -qq
    # Waited for in a way that can be interrupted, as apt-get itself cannot.
    chroot "$root" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${test_packages[@]}" >/dev/null &
    wait $!
    chroot "$root" apt-get clean
    echo "${test_packages[*]}" >"$root/packages"
}

# The tree can only be read there, but for a build folder of its own.
mount_tree() {
    mkdir -p "$root/qipc"
    mount --bind . "$root/qipc"
    mount -o remount,bind,ro "$root/qipc"
    mount --bind "$output" "$root/qipc/build"
}

# A user without a name is none that the tests expect.
name_user() {
    grep -q ":x:${user%:*}:" "$root/etc/passwd" || echo "user:x:$user::/tmp:/bin/sh" >>"$root/etc/passwd"
}

[ $# -gt 0 ] || enter_namespace
user=$1

# The first process of a namespace gets only the signals that it handles.
trap 'exit 130' HUP INT TERM
unset TMPDIR
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

complete || make_root
mount_system
complete || install_packages
mount_tree
name_user
chroot --userspec="$user" --groups= "$root" \
    env -i PATH="$PATH" LC_ALL="$LC_ALL" HOME=/tmp /qipc/tests/run --quick
