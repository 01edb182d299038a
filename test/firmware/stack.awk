# stack.awk
#
# The deepest chain of frames of some sources: stack.awk FILE.ci ...
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Reads what gcc -fcallgraph-info=su writes and prints the bytes and the chain.
# Frames of other sources (wolfSSL, the application) count nothing, but calls
# pass through them: what wolfSSL calls while it reads, writes or shakes hands
# are the functions that nobody in the sources calls (reentry), and what a
# pointer leads to is the application, which may call any function of the
# public interface but those.

BEGIN {
    reentry = "^wolfSSL_(accept|connect|negotiate|read|write|peek|shutdown" \
        "|send_SessionTicket|SSL_do_handshake)$"
    FS = "\""
}

/^node:/ {
    name = $2
    if ($4 ~ /bytes \(static\)/) {
        bytes = $4
        sub(/ bytes \(static\).*/, "", bytes)
        sub(/.*\\n/, "", bytes)
        frame[name] = bytes + 0
        own[name] = 1
    }
    else if ($4 ~ /bytes \(/) {
        print name ": its frame has no fixed size"
        failed = 1
    }
}

/^edge:/ {
    calls[$2] = calls[$2] " " $4
    called[$4] = 1
}

# The chain from here on, in best[] and next_[].
function walk(name,    list, n, i, callee, deepest, via) {
    if (state[name] == 2)
        return best[name]
    if (state[name] == 1) {
        print name ": calls itself, over others perhaps"
        failed = 1
        return 0
    }
    state[name] = 1
    deepest = 0
    via = ""
    n = split(calls[name], list, " ")
    for (i = 1; i <= n; i++) {
        callee = list[i]
        if (!(callee in own)) {
            if (callee ~ reentry)
                callee = "wolfSSL"
            else if (callee == "__indirect_call")
                callee = "application"
            else
                continue
        }
        if (walk(callee) > deepest || via == "") {
            deepest = best[callee]
            via = callee
        }
    }
    best[name] = frame[name] + deepest
    next_[name] = via
    state[name] = 2
    return best[name]
}

END {
    for (name in own) {
        short = name
        sub(/.*:/, "", short)
        if (short ~ /^wolfTicket_/) {
            # Public ones that shake hands, read or write are no calls for a
            # callback.
            if (calls[name] !~ / wolfSSL_(accept|negotiate|read|write) ?/)
                calls["application"] = calls["application"] " " name
        }
        else if (!(name in called)) {
            calls["wolfSSL"] = calls["wolfSSL"] " " name
        }
    }
    own["wolfSSL"] = own["application"] = 1
    frame["wolfSSL"] = frame["application"] = 0
    for (name in own)
        if (walk(name) > deepest || top == "") {
            deepest = best[name]
            top = name
        }
    printf "%d", deepest
    for (name = top; name != ""; name = next_[name]) {
        short = name
        sub(/.*:/, "", short)
        printf " %s(%d)", short, frame[name]
    }
    print ""
    exit failed
}
