#!/bin/sh
# fleet-example.sh
#
# Runs the fleet of examples/fleet with the programs of this build.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# environment: BUILDDIR or abs_top_builddir, srcdir, as in peers-lib.sh

top=${srcdir:-$(dirname "$0")/..}
FLEET_BUILT=${BUILDDIR:-${abs_top_builddir:-$PWD}}
export FLEET_BUILT
exec sh "$top/examples/fleet/run.sh"
