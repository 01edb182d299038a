# run-builds.awk
#
# The table at the end of run-builds.sh.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
#
# Reads, for one build after the other:
#   build NAME STATUS
#   left SUITE WORD             which wolfSSL lacks, so that it was left out
#   result: SUITE PASSED FAILED
# A suite that a build says nothing of has failed there, and so has a build
# that ended with a status of its own.

$1 == "build" {
    name[++builds] = $2
    status[builds] = $3
}

$1 == "left" {
    know($2)
    lacks[$2, builds] = $3
}

$1 == "result:" {
    know($2)
    ran[$2, builds] = 1
    passed[builds] += $3
    failed[builds] += $4
    if ($4 > 0)
        bad[$2, builds] = 1
}

function know(suite)
{
    if (!(suite in known)) {
        known[suite] = 1
        suites[++count] = suite
    }
}

# The letter of a word, in the order of their coming.
function letter(word)
{
    if (!(word in letters)) {
        words[++reasons] = word
        letters[word] = substr("abcdefghijklmnopqrstuvwxyz", reasons, 1)
    }
    return letters[word]
}

function cell(suite, b)
{
    if ((suite, b) in ran)
        return (suite, b) in bad ? "NO" : "ok"
    if ((suite, b) in lacks)
        return letter(lacks[suite, b])
    failed[b]++
    return "??"
}

END {
    printf "\n%-30s", "suite \\ build"
    for (b = 1; b <= builds; b++)
        printf " %2d", b
    printf "\n"
    for (s = 1; s <= count; s++) {
        shown = suites[s]
        sub(/^test\//, "", shown)
        printf "%-30s", shown
        for (b = 1; b <= builds; b++)
            printf " %2s", cell(suites[s], b)
        printf "\n"
    }
    print "\nok passed, NO failed, ?? never ran; left out, since wolfSSL has no"
    for (r = 1; r <= reasons; r++)
        printf "%3s %s\n", letters[words[r]], words[r]
    print ""
    for (b = 1; b <= builds; b++) {
        if (status[b] != 0 && failed[b] == 0)
            failed[b] = 1
        if (passed[b] + failed[b] == 0)
            failed[b] = 1
        printf "%2d %-14s %5d passed, %d failed\n", b, name[b], passed[b],
            failed[b]
        good += passed[b]
        wrong += failed[b]
    }
    printf "%d passed, %d failed\n", good, wrong
    exit wrong > 0 || good == 0
}
