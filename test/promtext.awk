# promtext.awk
#
# Fails, and says where, for what is not Prometheus' text format: the rules of
# the format and of its linter for names, labels, types, order and values.
#
# Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.

function bad(what)
{
    print "line " NR ": " what ": " $0
    errors++
}

# The labels between braces, which have to be used up by pairs.
function check_labels(text, pair, count)
{
    while (match(text, /^[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\n"])*"(,|$)/)) {
        pair = substr(text, 1, index(text, "=") - 1)
        if (pair ~ /^__/ || (pair in seen_label))
            bad("a label that is reserved or given twice")
        seen_label[pair] = 1
        text = substr(text, RLENGTH + 1)
        count++
    }
    for (pair in seen_label)
        delete seen_label[pair]
    if (text != "" || count == 0)
        bad("these are no labels")
}

function check_name(name, type)
{
    if (name !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
        bad("no name of a metric")
    if (name ~ /:/ || name ~ /[A-Z]/ || name !~ /^wolfticket_/)
        bad("not a name as it should be")
    if (type == "counter" && name !~ /_total$/)
        bad("a counter without _total")
    if (type != "counter" && name ~ /_total$/)
        bad("_total, and no counter")
}

/\r/  { bad("a carriage return") }
/^$/  { bad("an empty line") }

/^# HELP / {
    if (($3 in helped) || NF < 4)
        bad("HELP twice, or empty")
    helped[$3] = 1
    current = $3
    next
}

/^# TYPE / {
    if (($3 in type_of) || NF != 4)
        bad("TYPE twice, or not of two words")
    if ($3 != current || ($3 in sampled))
        bad("TYPE without its HELP, or after a sample")
    if ($4 !~ /^(counter|gauge|histogram|summary|untyped)$/)
        bad("no type")
    type_of[$3] = $4
    check_name($3, $4)
    next
}

/^#/  { bad("a comment of no kind"); next }

/./ {
    series = $0
    sub(/ [^ ]*$/, "", series)
    name = series
    sub(/\{.*/, "", name)
    if (!(name in type_of))
        bad("a sample without TYPE")
    if (name != current)
        bad("a sample away from its family")
    if (series in sampled_series)
        bad("the same series twice")
    sampled_series[series] = 1
    sampled[name] = 1
    if (series ~ /\{/) {
        if (series !~ /\}$/)
            bad("labels without an end")
        check_labels(substr(series, length(name) + 2, \
            length(series) - length(name) - 2))
    }
    value = substr($0, length(series) + 2)
    if (value !~ /^([+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|NaN|[+-]Inf)$/)
        bad("no value")
    if (type_of[name] == "counter" && value !~ /^[0-9]/)
        bad("a counter that is no number of things")
    samples++
}

END {
    for (name in type_of) {
        if (!(name in sampled)) {
            print name " has no sample"
            errors++
        }
    }
    print samples + 0 " samples, " errors + 0 " errors"
    exit errors > 0 || samples == 0
}
