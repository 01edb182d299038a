#!/bin/sh
# run.sh
#
# Builds the firmware and runs it in QEMU.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: run.sh [TARGET]
# TARGET is m3 (the default) or m4, a bare Cortex-M; or native, armhf or s390x:
# the same as a program for Linux.  On a Debian machine with nothing of ours on
# it: installs what is missing (as root), gets wolfSSL's source, makes
# certificates, builds in build/firmware.  The status is the firmware's.

# shellcheck source=examples/firmware/lib.sh
. "$(dirname "$0")/lib.sh"

fw_prepare
fw_target "${1:-m3}"
fw_core ''
# shellcheck disable=SC2086
fw_image firmware "" $fw_firmware
fw_run firmware
