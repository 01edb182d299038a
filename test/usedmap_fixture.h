/* usedmap_fixture.h
 *
 * The source of the map of used tickets once more, under other names, for
 * suites that look into it or compile it otherwise.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#ifndef WOLFTICKET_TEST_USEDMAP_FIXTURE_H
#define WOLFTICKET_TEST_USEDMAP_FIXTURE_H

#define wt_used_begin   copy_used_begin
#define wt_used_cleanup copy_used_cleanup
#define wt_used_nonce   copy_used_nonce
#define wt_used_look    copy_used_look
#define wt_used_claim   copy_used_claim
#include "usedmap.c"

#endif /* WOLFTICKET_TEST_USEDMAP_FIXTURE_H */
