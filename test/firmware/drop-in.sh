#!/bin/sh
# drop-in.sh
#
# The embedded core in a project of CMake's, which compiles wolfSSL itself.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: drop-in.sh
# Builds examples/drop-in/cmake and runs it.  The last line counts the checks.
#
# environment: those of examples/firmware/lib.sh

# shellcheck source=examples/firmware/lib.sh
. "$(dirname "$0")/../../examples/firmware/lib.sh"

fw_prepare
folder=$fw_build/drop-in
rm -rf "$folder"
fw_quiet cmake -S "$fw_top/examples/drop-in/cmake" -B "$folder" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DWOLFSSL_DIR="$fw_source" \
    -DCERTS_DIR="$fw_build/certs"
fw_quiet cmake --build "$folder" --parallel "$fw_jobs"
if timeout "$fw_patience" "$folder/drop_in"; then
    echo "1 passed, 0 failed"
else
    echo "0 passed, 1 failed"
    exit 1
fi
