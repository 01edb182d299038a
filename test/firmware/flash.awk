# flash.awk
#
# Bytes of flash by who needs them: flash.awk -v own=FOLDER FILE.map
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Reads the map of the GNU linker and prints two numbers: what is of the
# objects in FOLDER, and what is of wolfSSL's, of the libraries' and of the
# constant strings of all, which the linker merges and gives to whom it
# likes.  The application's own objects (folders ending in .o) count nothing.

/^Linker script and memory map/ { begun = 1 }
/^\.ARM\.attributes|^\.debug|^\.comment/ { begun = 0 }
/^\.bss|^\.stack/ { flash = 0 }
/^\.vectors|^\.text|^\.ARM\.exidx|^\.data/ { flash = 1 }

!begun || !flash { next }

# A long name stands on a line of its own.
/^ \.[^ ]+$/ { section = $1; next }
/^ \.[^ ]+ +0x/ { section = $1; sz = $3; file = $4 }
/^ +0x[0-9a-f]+ +0x[0-9a-f]+ [^ ]/ && section != "" { sz = $2; file = $3 }

function number(hex,    n, i) {
    n = 0
    for (i = 3; i <= length(hex); i++)
        n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return n
}

section != "" && sz != "" {
    if (section ~ /\.str[0-9]/)
        rest += number(sz)
    else if (index(file, "/" own "/"))
        mine += number(sz)
    else if (file !~ /\.o\/[^\/]*\.o$/)
        rest += number(sz)
    section = sz = ""
}

END { print mine + 0, rest + 0 }
