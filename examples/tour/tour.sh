# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The course of the tour; examples/run sources it.

programs=build/examples/tour
guests=()
started=()

no_net_ipc=
if ! has nodejs; then
    no_net_ipc='there is no Node.js here'
elif ! need_net_ipc tests/interop --fetch-retries=0; then
    no_net_ipc='npm could not install it'
fi

# What all processes print goes through one pipe, so that it stays in order, and into a file to look
# for what has to come before the next step.
log=$TMPDIR/log
touch "$log"
exec 3>&1 > >(tee "$log" >&3)
tee=$!

printed() { grep -qF "$1" "$log"; }

# step TEXT: waits until a line with TEXT was printed.
step() { eventually printed "$1" || fail "This was not seen: $1"; }

fail() {
    echo "The tour went wrong. $1" >&2
    exit 1
}

# tool ARGUMENT…: runs qipc, and prints that as one would type it.
tool() {
    local argument line='$ qipc'
    for argument in "$@"; do
        case $argument in
        *[!a-z]*) line+=" '$argument'" ;;
        *) line+=" $argument" ;;
        esac
    done
    printf '\n%s\n' "$line"
    build/examples/prefix/bin/qipc "$@" 2>&1 | labelled 'qipc  '
}

# guest NAME TEXT COMMAND…: starts a guest, and waits until it has had its talk.
guest() {
    local name=$1
    shift
    start "$@"
    started+=($!)
    guests+=("$name")
    step "$(printf '%-6s │ waiting for news' "$name")"
}

start 'tour-server tour' "$programs/tour-server" tour
server=$!
step 'server │ listening'

guest ada 'tour-guest tour ada' "$programs/tour-guest" tour ada
guest grace 'tour-guest tour grace' "$programs/tour-guest" tour grace
if [ -z "$no_net_ipc" ]; then
    NODE_PATH=$PWD/tests/interop/node_modules guest node \
        "node examples/tour/guest.js \$TMPDIR/tour node" \
        node examples/tour/guest.js "$TMPDIR/tour" node
fi

tool request tour '{"add":[1,2]}'
tool publish tour news '"lunch is ready"'
tool send tour '"closing time"'

for process in "${started[@]}" "$server"; do
    wait "$process" || fail 'A process did not see all that it should have.'
done

cat <<TXT

Seen: ${#guests[@]} guests (${guests[*]}) and the tool, each a process of its own. They came with a payload,
exchanged messages and requests, one answer was an error; a topic was published to all who had
subscribed; the server asked everybody, and said farewell.
${no_net_ipc:+The guest with net-ipc did not take part: $no_net_ipc.
}
Next: examples/tour/server.cpp and guest.cpp are what ran; ./examples/run 01-echo is the shortest
pair; README.md shows the rest. The programs are in build/examples/prefix and $programs.
TXT

exec >&3
wait "$tee"
