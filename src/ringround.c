/* ringround.c
 *
 * When a source is asked, and what it is asked.
 *
 * One round: fetch; propose a new key when one is due; fetch again, since
 * another's proposal may have been taken; take in what there is.  All who share
 * a source find a new key due at about the same time, and the source takes one.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "ring.h"
#include "ringfeed.h"

#include <stdio.h>

#define DEFAULT_REFRESH  10    /* seconds */
#define MAX_REFRESH      3600
#define LEAD             2     /* refresh periods */
#define LEAST_PERIOD     4     /* the same */
#define IDLE_MS          1000  /* between the looks of a ring without source */
#define LINE_SZ          240

static wt_ring_feed* graves;   /* with the lock held */

/* ---- when a key is due -------------------------------------------------- */

/* The newest that is to seal one day.  One that is further ahead than any that
 * is made by a clock like ours must not keep new keys from being made. */
static const wolfTicket_SourceKey* Newest(const wolfTicket_SourceKey* keys,
    int count, word64 farthest)
{
    const wolfTicket_SourceKey* ret = NULL;
    int i;

    for (i = 0; i < count; i++) {
        if ((keys[i].flags & (WOLFTICKET_SOURCE_OPENS_ONLY |
                WOLFTICKET_SOURCE_RESERVE)) == 0 &&
                keys[i].active_from <= farthest &&
                (ret == NULL || keys[i].active_from > ret->active_from))
            ret = &keys[i];
    }
    return ret;
}

int wt_ring_plan(const wolfTicket_SourceKey* keys, int count, word64 now,
    word32 refresh, word32 period, word32 lifetime, int force,
    wolfTicket_SourceKey* key)
{
    word64 soon = now + LEAD * (word64)refresh;
    const wolfTicket_SourceKey* newest = Newest(keys, count, soon + period);
    word64 next = 0;

    if (newest != NULL)
        next = newest->active_from + (force ? 1 : period);
    key->active_from = (next > soon) ? next : soon;
    key->seals_until = key->active_from + 2 * (word64)period;
    key->opens_until = key->seals_until + lifetime;
    return force || next <= soon;
}

static word32 LifetimeOf(const wolfTicket_KeyRing* ring)
{
    /* Before the first context there is none. */
    return (ring->lifetime > 1) ? ring->lifetime
                                : WOLFTICKET_DEFAULT_LIFETIME;
}

static word32 PeriodOf(const wt_ring_feed* feed, word32 lifetime)
{
    word32 period = (feed->period != 0) ? feed->period
        : (word32)((word64)lifetime * 3 / 4);

    return (period < LEAST_PERIOD * feed->refresh)
        ? LEAST_PERIOD * feed->refresh : period;
}

/* ---- one round ---------------------------------------------------------- */

typedef struct {
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    int count;          /* -1: none were given */
    wolfTicket_SourceKey made;
    word64 now;
    int troubles;
    int taken;          /* 1: made was, 0: another one, -1: not proposed */
    wolfTicket_SourceReport report;
} wt_round;

static void Fetch(const wt_ring_feed* feed, wt_round* round)
{
    wolfTicket_SourceKey keys[WOLFTICKET_SOURCE_MAX_KEYS];
    int count;

    XMEMSET(keys, 0, sizeof(keys));
    count = feed->source->fetch(feed->self, round->now, keys,
        WOLFTICKET_SOURCE_MAX_KEYS);
    round->report.fetches++;
    if (count < 0 || count > WOLFTICKET_SOURCE_MAX_KEYS) {
        round->report.failures++;
        round->troubles |= WT_ROUND_NO_KEYS;
    }
    else {
        XMEMCPY(round->keys, keys, sizeof(round->keys));
        round->count = count;
    }
    wt_wipe(keys, sizeof(keys));
}

/* The ring's generator makes it.  1 or 0. */
static int MakeKey(wolfTicket_KeyRing* ring, wolfTicket_SourceKey* key)
{
    wolfTicket_Key drawn;
    int ret;

    wt_lock();
    ret = wt_ring_draw(ring, &drawn);
    if (!ret)
        ring->failures++;
    wt_unlock();
    if (ret)
        wt_key_to_source(&drawn, key);
    wt_wipe(&drawn, sizeof(drawn));
    return ret;
}

static void Propose(wolfTicket_KeyRing* ring, const wt_ring_feed* feed,
    wt_round* round)
{
    if (!MakeKey(ring, &round->made)) {
        round->troubles |= WT_ROUND_NOT_MADE;
        return;
    }
    round->taken = feed->source->propose(feed->self, round->now, &round->made);
    if (round->taken == 1) {
        round->report.proposed++;
    }
    else if (round->taken == 0) {
        round->report.lost++;
    }
    else {
        round->taken = -1;
        round->report.failures++;
        round->troubles |= WT_ROUND_NOT_TAKEN;
    }
}

/* How far ahead a key may be that a fleet makes whose clocks differ. */
static word32 FarthestAhead(const wolfTicket_KeyRing* ring, word32 refresh,
    word32 period)
{
    return LEAD * refresh + period + wt_keyring_skew(ring);
}

/* With the mutex of the sources. */
static void Ask(wolfTicket_KeyRing* ring, const wt_ring_feed* feed,
    wt_round* round, int force)
{
    word32 lifetime, period;

    Fetch(feed, round);
    wt_lock();
    lifetime = LifetimeOf(ring);
    wt_unlock();
    period = PeriodOf(feed, lifetime);
    if (round->count >= 0 && feed->source->propose != NULL &&
            wt_ring_plan(round->keys, round->count, round->now, feed->refresh,
                period, lifetime, force, &round->made))
        Propose(ring, feed, round);
    if (round->taken >= 0)
        Fetch(feed, round);
    if (round->count >= 0)
        wt_ring_take_in(ring, round->keys, round->count,
            FarthestAhead(ring, feed->refresh, period),
            &round->report.rejected, &round->report.dropped);
    if (round->report.rejected > 0)
        round->troubles |= WT_ROUND_REJECTED;
    if (round->report.dropped > 0)
        round->troubles |= WT_ROUND_DROPPED;
}

/* ---- told --------------------------------------------------------------- */

static void TellLine(const wolfTicket_KeyRing* ring, const char* line)
{
    wolfTicket_LogCb cb;
    void* arg;

    wt_lock();
    cb = ring->log.cb;
    arg = ring->log.arg;
    wt_unlock();
    if (cb != NULL)
        cb(line, arg);
}

static void TellTroubles(const wolfTicket_KeyRing* ring,
    const wt_ring_feed* feed, int troubles)
{
    static const char* const texts[] = {
        "it gave no keys, those that the ring has serve on",
        "a new key is due and could not be made: check the random generator",
        "a new key is due and could not be proposed",
        "it gave entries that are no keys",
        "it gave more keys than fit the ring, the oldest are left out"
    };
    char line[LINE_SZ];
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if ((troubles & (1 << i)) != 0) {
            (void)snprintf(line, sizeof(line), "%s: %s", feed->source->name,
                texts[i]);
            TellLine(ring, line);
        }
    }
}

static void TellState(const wolfTicket_KeyRing* ring, const wt_ring_feed* feed,
    const wolfTicket_SourceReport* report, word64 before)
{
    char line[LINE_SZ];
    word64 seconds = (report->since > before) ? report->since - before : 0;

    if (report->state == WOLFTICKET_SOURCE_OK)
        (void)snprintf(line, sizeof(line), "%s: in order again, after %lu "
            "seconds", feed->source->name, (unsigned long)seconds);
    else
        (void)snprintf(line, sizeof(line), "%s: %s%s%s", feed->source->name,
            (report->state == WOLFTICKET_SOURCE_AWAY) ? "away" : "refused",
            (report->text[0] != '\0') ? ": " : "", report->text);
    TellLine(ring, line);
}

static void TellProposal(const wolfTicket_KeyRing* ring,
    const wt_ring_feed* feed, const wt_round* round)
{
    char line[LINE_SZ];

    (void)snprintf(line, sizeof(line), "%s: key %02x%02x%02x%02x was made, to "
        "seal in %lu seconds", feed->source->name, round->made.name[0],
        round->made.name[1], round->made.name[2], round->made.name[3],
        (unsigned long)(round->made.active_from - round->now));
    TellLine(ring, line);
}

/* ---- the report --------------------------------------------------------- */

/* The source's own, or what the ring makes of its answers. */
static void AskReport(const wt_ring_feed* feed, word64 now,
    wolfTicket_SourceReport* report)
{
    XMEMSET(report, 0, sizeof(*report));
    if (feed->source->report != NULL)
        feed->source->report(feed->self, now, report);
    report->text[sizeof(report->text) - 1] = '\0';
    wt_lock();
    if (feed->source->report == NULL) {
        report->state = feed->report.state;
        report->since = feed->report.since;
    }
    report->fetches = feed->report.fetches;
    report->failures = feed->report.failures;
    report->proposed = feed->report.proposed;
    report->lost = feed->report.lost;
    report->dropped = feed->report.dropped;
    report->rejected += feed->report.rejected;
    wt_unlock();
}

/* Adds what a round has counted; the troubles that are new. */
static int Count(wt_ring_feed* feed, const wt_round* round)
{
    int state = ((round->troubles & WT_ROUND_NO_KEYS) != 0)
        ? WOLFTICKET_SOURCE_AWAY : WOLFTICKET_SOURCE_OK;
    int ret;

    wt_lock();
    feed->report.fetches += round->report.fetches;
    feed->report.failures += round->report.failures;
    feed->report.proposed += round->report.proposed;
    feed->report.lost += round->report.lost;
    feed->report.rejected += round->report.rejected;
    feed->report.dropped += round->report.dropped;
    if (feed->report.since == 0 || feed->report.state != state) {
        feed->report.state = state;
        feed->report.since = round->now;
    }
    ret = round->troubles & ~feed->troubles;
    feed->troubles = round->troubles;
    wt_unlock();
    return ret;
}

static void Tell(wolfTicket_KeyRing* ring, wt_ring_feed* feed,
    const wt_round* round, wolfTicket_SourceReport* report)
{
    int troubles = Count(feed, round);
    word64 before;
    int changed;

    AskReport(feed, round->now, report);
    wt_lock();
    before = feed->toldSince;
    changed = report->state != feed->toldState;
    if (changed || before == 0) {
        feed->toldState = report->state;
        feed->toldSince = (report->since != 0) ? report->since : round->now;
    }
    wt_unlock();
    if (round->taken == 1)
        TellProposal(ring, feed, round);
    TellTroubles(ring, feed, troubles);
    if (changed)
        TellState(ring, feed, report, before);
}

/* ---- the functions ------------------------------------------------------ */

/* Between three quarters of the refresh period and all of it. */
static word32 NextRound(wolfTicket_KeyRing* ring, const wt_ring_feed* feed)
{
    word32 whole = feed->refresh * 1000;
    word32 draw = 0;

    wt_lock();
    if (!wt_keyring_random(ring, (byte*)&draw, sizeof(draw)))
        draw = 0;
    wt_unlock();
    return whole - (word32)((word64)draw * (whole / 4) >> 32);
}

static wt_error Verdict(const wt_round* round,
    const wolfTicket_SourceReport* report)
{
    wt_error ret = WT_OK;

    if (report->state == WOLFTICKET_SOURCE_REFUSED)
        ret = WT_E_SOURCE_REFUSED;
    else if (report->state != WOLFTICKET_SOURCE_OK)
        ret = WT_E_SOURCE_AWAY;
    else if ((round->troubles & WT_ROUND_NO_KEYS) != 0)
        ret = WT_E_SOURCE;
    else if ((round->troubles & (WT_ROUND_NOT_MADE | WT_ROUND_NOT_TAKEN)) != 0)
        ret = WT_E_KEY_FAILED;
    return ret;
}

static wt_error SourceRound(wolfTicket_KeyRing* ring, wt_ring_feed* feed,
    int force)
{
    wolfTicket_SourceReport report;
    wt_round round;
    wt_error ret = WT_E_CLOCK;

    XMEMSET(&round, 0, sizeof(round));
    round.count = -1;
    round.taken = -1;
    /* Away with what is over, also when no handshake looks and no source
     * answers. */
    wt_keyring_tick(ring);
    if (wt_keyring_time(ring, &round.now)) {
        wt_enter(WT_MUTEX_SOURCES);
        Ask(ring, feed, &round, force);
        wt_leave(WT_MUTEX_SOURCES);
        Tell(ring, feed, &round, &report);
        ret = Verdict(&round, &report);
    }
    wt_wipe(&round, sizeof(round));
    return ret;
}

static int IsOverdue(wolfTicket_KeyRing* ring)
{
    int ret;

    wt_lock();
    ret = ring->overdue;
    wt_unlock();
    return ret;
}

static wt_ring_feed* FeedOf(wolfTicket_KeyRing* ring)
{
    wt_ring_feed* ret;

    wt_lock();
    ret = ring->feed;
    wt_unlock();
    return (ret != NULL && ret->source != NULL) ? ret : NULL;
}

int wt_ring_takes_proposals(wolfTicket_KeyRing* ring)
{
    const wt_ring_feed* feed = FeedOf(ring);

    return feed != NULL && feed->source->propose != NULL;
}

int wt_ring_round(wolfTicket_KeyRing* ring, int force, word32* nextMs)
{
    wt_ring_feed* feed = FeedOf(ring);
    wt_error err = WT_OK;

    if (feed != NULL) {
        err = SourceRound(ring, feed, force);
        *nextMs = NextRound(ring, feed);
    }
    else {
        wt_keyring_tick(ring);
        *nextMs = IDLE_MS;
        if (IsOverdue(ring))
            err = WT_E_KEY_FAILED;
    }
    return (err == WT_OK) ? 1 : wt_fail(NULL, err);
}

int wolfTicket_KeyRing_refresh(wolfTicket_KeyRing* ring, unsigned int* next_ms)
{
    word32 ms = IDLE_MS;
    int ret;

    ret = (ring != NULL) ? wt_ring_round(ring, 0, &ms)
                         : wt_fail(NULL, WT_E_NULL);
    if (next_ms != NULL)
        *next_ms = ms;
    return ret;
}

int wolfTicket_KeyRing_get_report(wolfTicket_KeyRing* ring,
    wolfTicket_SourceReport* report)
{
    wt_ring_feed* feed;
    unsigned long rotations, failures;
    word64 now;

    if (ring == NULL || report == NULL)
        return wt_fail(NULL, WT_E_NULL);
    feed = FeedOf(ring);
    if (feed != NULL) {
        if (!wt_keyring_time(ring, &now))
            now = 0;
        AskReport(feed, now, report);
    }
    else {
        wt_keyring_counts(ring, &rotations, &failures);
        XMEMSET(report, 0, sizeof(*report));
        report->state = IsOverdue(ring) ? WOLFTICKET_SOURCE_AWAY
                                        : WOLFTICKET_SOURCE_OK;
        report->proposed = rotations;
        report->failures = failures;
    }
    return 1;
}

/* ---- feeds made and ended ----------------------------------------------- */

wt_ring_feed* wt_feed_new(wolfTicket_KeyRing* ring)
{
    wt_ring_feed* feed = (wt_ring_feed*)XMALLOC(sizeof(*feed), NULL,
        DYNAMIC_TYPE_TMP_BUFFER);

    if (feed != NULL) {
        XMEMSET(feed, 0, sizeof(*feed));
        feed->ring = ring;
        feed->refresh = DEFAULT_REFRESH;
    }
    return feed;
}

wt_error wt_feed_set(wt_ring_feed* feed, const wolfTicket_Source* source,
    const wolfTicket_SourceOptions* options)
{
    wt_error ret = WT_OK;

    feed->source = source;
    if (options != NULL) {
        if (options->refresh != 0)
            feed->refresh = options->refresh;
        feed->period = options->period;
    }
    if (feed->refresh > MAX_REFRESH || (feed->period != 0 &&
            feed->period < LEAST_PERIOD * feed->refresh) ||
            feed->period > WOLFTICKET_MAX_LIFETIME)
        ret = WT_E_SOURCE_OPTIONS;
    return ret;
}

void wt_feed_leave(wt_ring_feed* feed)
{
    feed->next = graves;
    graves = feed;
}

void wt_feed_orphan(wt_ring_feed* feed)
{
    feed->ring = NULL;
    if (!wt_ringthread_orphan(feed))
        wt_feed_leave(feed);
}

static wt_ring_feed* NextGrave(void)
{
    wt_ring_feed* ret;

    wt_lock();
    ret = graves;
    if (ret != NULL)
        graves = ret->next;
    wt_unlock();
    return ret;
}

void wt_feed_bury(void)
{
    wt_ring_feed* feed;

    while ((feed = NextGrave()) != NULL) {
        if (feed->source != NULL && feed->source->destroy != NULL) {
            wt_enter(WT_MUTEX_SOURCES);
            feed->source->destroy(feed->self);
            wt_leave(WT_MUTEX_SOURCES);
        }
        XFREE(feed, NULL, DYNAMIC_TYPE_TMP_BUFFER);
    }
}
