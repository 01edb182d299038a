#!/bin/sh
# measure.sh
#
# What the embedded core costs on a Cortex-M3: measured, and held to.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# usage: measure.sh
# Builds with -Os, counts in the linked images and in QEMU, and compares each
# figure with the most that it may be, and with what the README says of it: by
# a line "| TEXT | FIGURE |", within 2 per cent.  The last line counts the
# checks.
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

# figure TEXT NUMBER MOST
figure()
{
    echo "$1: $2, at most $3"
    [ "$2" -gt 0 ] && [ "$2" -le "$3" ]
    check $? "$1: $2 is more than $3"
    told=$(sed -n "s/^| $1 | \([0-9,]*\) .*/\1/p" "$readme" | tr -d ,)
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

# told WHAT VERSION NAMED COLUMN: of a line that measure.c wrote
told()
{
    awk -v what="$1" -v version="$2" -v named="$3" -v column="$4" '
        $1 == "figure" && $2 == what && $3 == version && $4 == named {
            for (i = 5; i < NF; i += 2)
                if ($i == column)
                    print $(i + 1)
        }' "$fw_out/figures"
}

# part COLUMN VERSION NAMED: of wolfTicket, in per cent of the bare callback
part()
{
    ours=$(told wolfTicket "$2" "$3" "$1")
    bare=$(told bare "$2" "$3" "$1")
    if [ "${bare:-0}" -gt 0 ]; then
        echo $(((${ours:-0} * 1000 + bare * 5) / (bare * 10)))
    else
        echo 0
    fi
}

fw_prepare
fw_target m3
fw_core -fcallgraph-info=su
common="-I$here -I$fw_here"

# ---- flash -------------------------------------------------------------------

fw_image size "$common" "$here/size.c" "$fw_here/flash.c" "$fw_here/wire.c"
fw_image size-bare "$common -DMEASURE_BARE" "$here/size.c" "$here/bare.c" \
    "$fw_here/flash.c" "$fw_here/wire.c"
# shellcheck disable=SC2046
set -- $(awk -v own=core -f "$here/flash.awk" "$fw_out/size.map") \
    $(awk -v own=core -f "$here/flash.awk" "$fw_out/size-bare.map")
figure "flash, bytes" $(($1 + $2 - $4)) 6144
echo "     its own: $1; of wolfSSL and libraries, beside what a bare callback" \
    "needs: $(($2 - $4))"
[ "$3" -eq 0 ]
check $? "the bare image has something of the core: $3 bytes"

# ---- memory ------------------------------------------------------------------

fw_compile sizes "$fw_warnings" "$here/sizes.c"
cipher=$(bytes size_cipher)
figure "memory a context, bytes" \
    $(($(bytes size_context) + $(ram) - cipher)) 512
echo "     beside a cipher of wolfSSL: $((cipher)) bytes"
figure "memory a connection, bytes" $(($(bytes size_record) -
    $(bytes size_data) - $(bytes size_offered))) 64
chain=$(arm-none-eabi-nm "$fw_out/size" |
    awk -f "$here/stack.awk" - "$fw_out/core"/*.ci)
check $? "the stack has no bound"
figure "stack, bytes" "${chain%% *}" 384
echo "     ${chain#* }"

# ---- instructions ------------------------------------------------------------

fw_link="$fw_link -Wl,--wrap=wolfSSL_CTX_set_TicketEncCb"
fw_image measure "$common" "$here/measure.c" "$fw_here/client.c" \
    "$fw_here/wire.c"
fw_image measure-bare "$common -DMEASURE_BARE" "$here/measure.c" \
    "$here/bare.c" "$fw_here/client.c" "$fw_here/wire.c"
fw_run measure-bare >"$fw_out/figures"
check $? "the bare image fails"
fw_run measure >>"$fw_out/figures"
check $? "the image fails"
sed 's/^/     /' "$fw_out/figures"
for version in 13 12; do
    for named in plain named; do
        text="TLS 1.$((version - 10)), $named, per cent"
        figure "seal, $text" "$(part seal $version $named)" 115
        figure "open, $text" "$(part open $version $named)" 115
    done
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
