#!/bin/sh
# measure.sh
#
# What the embedded core costs on a Cortex-M3: measured, and held to.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: measure.sh
# Builds with -Os, counts in the linked images and in QEMU, and compares each
# figure with the most that it may be, and with what the README says of it,
# within 2 per cent.  The last line counts the checks.
#
# environment: those of examples/firmware/lib.sh

# shellcheck source=examples/firmware/lib.sh
. "$(dirname "$0")/../../examples/firmware/lib.sh"

here=$fw_top/test/firmware
readme=$fw_top/README.md
passed=0
failed=0

check()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        echo "FAIL $2"
        failed=$((failed + 1))
    fi
}

# figure TEXT NUMBER [MOST]: what the README says is in the line of TEXT, and
# in the column that $column says
figure()
{
    echo "$1: $2${3:+, at most $3}"
    if [ $# -gt 2 ]; then
        [ "$2" -gt 0 ] && [ "$2" -le "$3" ]
        check $? "$1: $2 is more than $3"
    fi
    told=$(awk -F ' *[|] *' -v text="$1" -v column="$column" '
        $2 == text { gsub(/,/, "", $column); print $column + 0 }' "$readme")
    [ -n "$told" ] && [ $(($2 * 100)) -le $((told * 102)) ] &&
        [ $(($2 * 100)) -ge $((told * 98)) ]
    check $? "$1: the README says ${told:-nothing}"
}

# bytes SYMBOL: from sizes.c
bytes()
{
    arm-none-eabi-nm -S "$fw_out/sizes/sizes.o" |
        awk -v name="$1" '$4 == name { print "0x" $2 }'
}

# ram: static memory of the core's own, in bytes
ram()
{
    arm-none-eabi-size "$fw_out/core"/*.o |
        awk 'NR > 1 { n += $2 + $3 } END { print n }'
}

# instructions FILE COLUMN: of the handshake that takes the most, in per cent of
# the bare callback's in the same handshake
instructions()
{
    awk -v column="$2" '
        $1 == "figure" {
            for (i = 5; i < NF; i += 2)
                if ($i == column)
                    n[$2, $3 " " $4] = $(i + 1)
            kinds[$3 " " $4] = 1
        }
        END {
            for (kind in kinds) {
                if (n["bare", kind] <= 0 || n["wolfTicket", kind] <= 0)
                    missing = 1
                else if (n["wolfTicket", kind] / n["bare", kind] > most)
                    most = n["wolfTicket", kind] / n["bare", kind]
            }
            printf "%d\n", missing ? 0 : most * 100 + 0.5
        }' "$1"
}

# count NAME FLAG...: runs both images, with the wolfSSL that the flags make
count()
{
    name=$1
    shift
    fw_target m3 "$fw_here" "$@"
    fw_link="$fw_link -Wl,--wrap=wolfSSL_CTX_set_TicketEncCb"
    fw_core ''
    fw_image measure "$common" "$here/measure.c" "$fw_here/client.c" \
        "$fw_here/wire.c"
    fw_image measure-bare "$common -DMEASURE_BARE" "$here/measure.c" \
        "$here/bare.c" "$fw_here/client.c" "$fw_here/wire.c"
    fw_run measure-bare >"$fw_out/figures"
    check $? "the bare image fails"
    fw_run measure >>"$fw_out/figures"
    check $? "the image fails"
    sed 's/^/     /' "$fw_out/figures"
    figure "instructions to seal, per cent, $name" \
        "$(instructions "$fw_out/figures" seal)" 115
    figure "instructions to open, per cent, $name" \
        "$(instructions "$fw_out/figures" open)" 115
}

# sizes FLAG...: of what the flags make; without any they are held to the limits
sizes()
{
    fw_target m3 "$fw_here" "$@"
    fw_core -fcallgraph-info=su
    fw_image size "$common" "$here/size.c" "$fw_here/flash.c" \
        "$fw_here/wire.c"
    fw_image size-bare "$common -DMEASURE_BARE" "$here/size.c" \
        "$here/bare.c" "$fw_here/flash.c" "$fw_here/wire.c"
    fw_compile sizes "$fw_warnings" "$here/sizes.c"
    chain=$(arm-none-eabi-nm "$fw_out/size" |
        awk -f "$here/stack.awk" - "$fw_out/core"/*.ci)
    check $? "the stack has no bound"
    limits=$#
    # shellcheck disable=SC2046
    set -- $(awk -v own=core -f "$here/flash.awk" "$fw_out/size.map") \
        $(awk -v own=core -f "$here/flash.awk" "$fw_out/size-bare.map")
    [ "$3" -eq 0 ]
    check $? "the bare image has something of the core: $3 bytes"

    flash=$1
    pulled=$(($2 - $4))
    context=$(($(bytes size_context) + $(ram) - $(bytes size_cipher)))
    record=$(($(bytes size_record) - $(bytes size_data) -
        $(bytes size_offered)))
    stack=${chain%% *}
    if [ "$limits" -eq 0 ]; then
        set -- 6144 512 64 384
    else
        set --
    fi
    figure "flash, bytes" "$flash" ${1+"$1"}
    figure "of wolfSSL, not needed by bare, bytes" "$pulled"
    figure "memory a context, bytes" "$context" ${2+"$2"}
    figure "memory a connection, bytes" "$record" ${3+"$3"}
    figure "stack, bytes" "$stack" ${4+"$4"}
    echo "     ${chain#* }"
}

fw_prepare
common="-I$here -I$fw_here"

# ---- flash, memory, stack ----------------------------------------------------

column=3
sizes
arm-none-eabi-nm -u "$fw_out/core"/*.o | grep -qE '([Mm]|[Cc]|[Rr]e)alloc'
[ $? -eq 1 ]
check $? "the core allocates memory"
echo "     a cipher of wolfSSL: $(($(bytes size_cipher))) bytes"
echo "with server names:"
column=4
sizes -DFIRMWARE_NAMES

# ---- instructions ------------------------------------------------------------

column=3
count "GCM with a table"
count "GCM_SMALL" -DGCM_SMALL

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
