/* exposition.c
 *
 * What wolfTicket counts, in Prometheus' text format.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include <wolfticket/keys.h>
#include <wolfticket/source.h>

#include "exposition.h"

static void announce(FILE* out, const char* name, const char* type,
    const char* help)
{
    fprintf(out, "# HELP wolfticket_%s %s\n# TYPE wolfticket_%s %s\n", name,
        help, name, type);
}

static void counter(FILE* out, const char* name, const char* help,
    unsigned long value)
{
    announce(out, name, "counter", help);
    fprintf(out, "wolfticket_%s %lu\n", name, value);
}

/* Every cause, also those that never were: a rate needs a beginning. */
static void expose_causes(const wolfTicket_Stats* stats, FILE* out)
{
    static const char name[] = "tickets_presented_total";
    int i;

    announce(out, name, "counter",
        "Tickets that clients presented, by what became of them.");
    for (i = WOLFTICKET_CAUSE_USED; i < WOLFTICKET_CAUSE_COUNT; i++) {
        fprintf(out, "wolfticket_%s{cause=\"%s\"} %lu\n", name,
            wolfTicket_CAUSE_name((wolfTicket_CAUSE)i), stats->presented[i]);
    }
}

static void expose_keys(wolfTicket_KeyRing* ring, FILE* out)
{
    static const char since[] = "sealing_key_active_from_seconds";
    wolfTicket_KeyInfo infos[WOLFTICKET_MAX_KEYS];
    int counts[WOLFTICKET_KEY_OPENS + 1] = { 0 };
    int count = wolfTicket_KeyRing_list(ring, infos, WOLFTICKET_MAX_KEYS);
    word64 from = 0;
    int i;

    for (i = 0; i < count && i < WOLFTICKET_MAX_KEYS; i++) {
        counts[infos[i].state]++;
        if (infos[i].state == WOLFTICKET_KEY_SEALS) {
            from = infos[i].active_from;
        }
    }
    announce(out, "keys", "gauge", "Keys in the ring, by state.");
    for (i = 0; i <= WOLFTICKET_KEY_OPENS; i++) {
        fprintf(out, "wolfticket_keys{state=\"%s\"} %d\n",
            wolfTicket_KEY_STATE_name((wolfTicket_KEY_STATE)i), counts[i]);
    }
    if (counts[WOLFTICKET_KEY_SEALS] > 0) {
        announce(out, since, "gauge",
            "Unix time from which the key that seals does.");
        fprintf(out, "wolfticket_%s %llu\n", since,
            (unsigned long long)from);
    }
}

/* How the ring comes by its keys. */
static void expose_source(wolfTicket_KeyRing* ring, FILE* out)
{
    static const char* const states[] = { "ok", "away", "refused" };
    wolfTicket_SourceReport report;
    int i;

    if (!wolfTicket_KeyRing_get_report(ring, &report)) {
        return;
    }
    announce(out, "source_state", "gauge",
        "1 for the state that the source of the keys is in.");
    for (i = 0; i <= WOLFTICKET_SOURCE_REFUSED; i++) {
        fprintf(out, "wolfticket_source_state{state=\"%s\"} %d\n", states[i],
            report.state == i);
    }
    if (report.since != 0) {
        announce(out, "source_state_since_seconds", "gauge",
            "Unix time from which it is in that state.");
        fprintf(out, "wolfticket_source_state_since_seconds %llu\n",
            (unsigned long long)report.since);
    }
    counter(out, "source_fetches_total", "Times that it was asked for keys.",
        report.fetches);
    counter(out, "source_failures_total",
        "Fetches and proposals that failed.", report.failures);
    announce(out, "source_proposals_total", "counter",
        "New keys that were proposed, by whether another one was first.");
    fprintf(out, "wolfticket_source_proposals_total{result=\"taken\"} %lu\n",
        report.proposed);
    fprintf(out, "wolfticket_source_proposals_total{result=\"lost\"} %lu\n",
        report.lost);
    counter(out, "source_rejected_total",
        "Entries that were not authentic, or no keys.", report.rejected);
    counter(out, "source_dropped_total",
        "Keys that the ring had no room for.", report.dropped);
}

void expose(WOLFSSL_CTX* ctx, FILE* out)
{
    wolfTicket_Stats stats;

    announce(out, "build_info", "gauge", "The version of wolfTicket, as a"
        " label.");
    fprintf(out, "wolfticket_build_info{version=\"%s\"} 1\n",
        WOLFTICKET_VERSION);
    if (wolfTicket_CTX_get_stats(ctx, &stats)) {
        announce(out, "handshakes_total", "counter",
            "TLS handshakes that came to an end, by whether they resumed.");
        fprintf(out, "wolfticket_handshakes_total{resumed=\"no\"} %lu\n",
            stats.full);
        fprintf(out, "wolfticket_handshakes_total{resumed=\"yes\"} %lu\n",
            stats.resumed);
        counter(out, "tickets_issued_total",
            "Tickets sealed, renewed ones included.", stats.issued);
        counter(out, "tickets_renewed_total",
            "Tickets sealed on a resumption.", stats.renewed);
        counter(out, "tickets_withheld_total",
            "Tickets that could not be sealed.", stats.withheld);
        expose_causes(&stats, out);
        counter(out, "key_rotations_total", "Rotations of the key ring.",
            stats.rotations);
        counter(out, "key_rotation_failures_total",
            "Rotations that failed: the former key served on.",
            stats.rotation_failures);
    }
    expose_keys(wolfTicket_CTX_get_key_ring(ctx), out);
    expose_source(wolfTicket_CTX_get_key_ring(ctx), out);
}
