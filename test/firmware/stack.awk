# stack.awk
#
# The deepest chain of the embedded core's frames: stack.awk NAMES FILE.ci ...
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# NAMES is what nm says of the image: what is not in it does not count.  The
# others are what gcc -fcallgraph-info=su writes of the core's sources.  Prints
# the bytes and the chain.
#
# Frames of wolfSSL and of the application count nothing, but calls pass
# through them: wolfSSL calls the core back, and so does the application from
# its own callbacks.  Who may call what is said here; a function that is called
# by nobody and not named here is an error, and so are recursion and frames
# without a fixed size.

BEGIN {
    FS = "\""
    # What wolfSSL calls from its functions.
    shakes = "^wolfSSL_(accept|negotiate|read|write)$"
    back["handshake"] = "wt_embed_ticket wt_embed_done AbortSend"
    # This one opens no ticket.
    sends = "^wolfSSL_send_SessionTicket$"
    back["sending"] = "wt_embed_ticket:seal AbortSend"
    opens = "^wt_embed_open$"
    # Whose callbacks the application calls the core from, and what it calls;
    # and whose may call nothing.
    asks = "^(wt_embed_ask|wt_embed_issue|Make|wt_embed_done)$"
    allowed = "^wolfTicket_(SESSION_(set1|get0)_ticket_appdata|get_info|error" \
        "|CTX_error|CAUSE_name|[gs]et_num_tickets|new_session_ticket" \
        "|CTX_appdata_max|CTX_get_lifetime)$"
    silent = "^(wt_embed_keys|Save|Load|LoadNewest|wolfTicket_CTX_set_flash" \
        "|AbortSend)$"
}

function short(name) {
    sub(/.*:/, "", name)
    return name
}

function complain(text) {
    print text >"/dev/stderr"
    failed = 1
}

# A symbol of the image.
!/"/ {
    n = split($0, word, " ")
    linked[word[n]] = 1
}

/^node:/ && $4 ~ /bytes \(/ && (short($2) in linked) {
    if ($4 !~ /bytes \(static\)/)
        complain($2 ": its frame has no fixed size")
    bytes = $4
    sub(/ bytes \(.*/, "", bytes)
    sub(/.*\\n/, "", bytes)
    frame[$2] = bytes + 0
    own[$2] = 1
    title[short($2)] = $2
}

/^edge:/ {
    calls[$2] = calls[$2] " " $4
    called[$4] = 1
}

# Where a call leads.
function target(caller, callee) {
    if (callee ~ shakes)
        return "handshake"
    if (callee ~ sends)
        return "sending"
    if (callee != "__indirect_call")
        return callee
    if (short(caller) ~ asks)
        return "application"
    if (short(caller) !~ silent)
        complain(caller ": whom does it call?")
    return "silence"
}

# The bytes from here on; the next one of the chain in chain[].
function walk(name,    list, n, i, callee, deepest) {
    if (name in best)
        return best[name]
    if (name in begun) {
        complain(name ": calls itself")
        return 0
    }
    begun[name] = 1
    n = split(calls[name], list, " ")
    for (i = 1; i <= n; i++) {
        callee = target(name, list[i])
        if ((callee in own) && (walk(callee) > deepest ||
                chain[name] == "")) {
            deepest = best[callee]
            chain[name] = callee
        }
    }
    best[name] = frame[name] + deepest
    return best[name]
}

END {
    # The half of the ticket callback that seals.
    name = title["wt_embed_ticket"]
    n = split(calls[name], list, " ")
    for (i = 1; i <= n; i++)
        if (list[i] !~ opens)
            calls["wt_embed_ticket:seal"] = \
                calls["wt_embed_ticket:seal"] " " list[i]
    frame["wt_embed_ticket:seal"] = frame[name]
    own["wt_embed_ticket:seal"] = 1
    title["wt_embed_ticket:seal"] = "wt_embed_ticket:seal"

    for (group in back) {
        n = split(back[group], list, " ")
        for (i = 1; i <= n; i++) {
            if (!(list[i] in title))
                complain(list[i] ": there is none")
            calls[group] = calls[group] " " title[list[i]]
            called[title[list[i]]] = 1
        }
    }
    for (name in own) {
        if (short(name) ~ allowed)
            calls["application"] = calls["application"] " " name
        if (!(name in called) && short(name) !~ /^wolfTicket_/)
            complain(name ": nobody calls it")
    }
    own["handshake"] = own["sending"] = own["application"] = 1
    for (name in own) {
        if (walk(name) > deepest) {
            deepest = best[name]
            top = name
        }
    }
    printf "%d", deepest
    for (name = top; name != ""; name = chain[name])
        printf " %s(%d)", (name ~ /:seal$/) ? name : short(name), frame[name]
    print ""
    exit failed
}
