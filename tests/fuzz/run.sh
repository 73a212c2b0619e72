#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The QIpc authors
# SPDX-License-Identifier: MIT
#
# tests/fuzz/run.sh SECONDS: runs each target that the preset "fuzz" has built for so long, from what is
# kept here. `./tests/run --fuzz SECONDS` builds them first.
#
# New inputs go to build/fuzz/corpus. The corpus kept here came from the recordings in tests/replay/data and
# some minutes of this, less what the other inputs of a target cover (-set_cover_merge=1 -use_counters=0),
# and at most 48 of each.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=$1
built=build/fuzz/tests/fuzz
found=build/fuzz/corpus
failed=build/fuzz/failed

# Inputs are small, so freed memory need not be kept for long.
export ASAN_OPTIONS=quarantine_size_mb=8 UBSAN_OPTIONS=print_stacktrace=1

options=(
    "-max_total_time=$seconds"
    -max_len=9000 # an HTTP upgrade may have 8 KiB
    -timeout=10
    -rss_limit_mb=1024
    -malloc_limit_mb=64 # no length that is announced takes memory ahead
    -entropic=0 # its bookkeeping takes longer than most inputs
    -print_final_stats=1
)

# fuzz TARGET: runs it and says in a line what came of it.
fuzz() {
    local target=$1 log=build/fuzz/$1.log folders=("$found/$1") kept
    mkdir -p "$found/$target" "$failed/$target"
    for kept in tests/fuzz/corpus/$target tests/fuzz/cases/$target; do
        [ ! -d "$kept" ] || folders+=("$kept")
    done
    printf '%-16s' "$target"
    if "$built/fuzz_$target" "${options[@]}" "-artifact_prefix=$failed/$target/" \
        "${folders[@]}" >"$log" 2>&1; then
        printf '%10d runs %7d/s\n' "$(stat_of number_of_executed_units "$log")" \
            "$(stat_of average_exec_per_sec "$log")"
    else
        printf 'FAILED\n'
        grep -m 1 -A 25 -E 'does not hold|runtime error|ERROR|ASSERT' "$log" || tail -n 25 "$log"
        echo "All of it is in $log, the input in $failed/$target/. Put it into" \
            "tests/fuzz/cases/$target/ with its fix."
        return 1
    fi
}

stat_of() { awk -v name="stat::$1:" '$1 == name { print $2 }' "$2"; }

status=0
for program in "$built"/fuzz_*; do
    [ -f "$program" ] || continue
    fuzz "${program##*/fuzz_}" || status=1
done
exit $status
