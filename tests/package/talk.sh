#!/bin/sh
# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
# talk.sh SERVER CLIENT: runs both, in a temporary directory of their own; ends as the client does. A
# client that is faster than the server tries again by itself.

TMPDIR=$(mktemp -d)
export TMPDIR
"$1" &
server=$!
"$2"
status=$?
kill "$server"
rm -rf "$TMPDIR"
exit "$status"
