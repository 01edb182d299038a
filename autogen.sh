#!/bin/sh
# autogen.sh
#
# Makes ./configure from configure.ac, in a tree that has none yet.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

set -eu
cd "$(dirname "$0")"
exec autoreconf --install --force --warnings=all
