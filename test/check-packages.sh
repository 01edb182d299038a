#!/bin/sh
# check-packages.sh
#
# Fails, and names what is missing, where the other tests cannot be run.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: WT_MISSING, the Debian packages that configure did not find

set -u

if [ -n "${WT_MISSING-}" ]; then
    echo "The tests cannot be run: these Debian packages are missing:"
    echo "    $WT_MISSING"
    echo "Install them (test/install-deps.sh does), and configure again."
    exit 1
fi
echo "all packages are there"
