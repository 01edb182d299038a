/* unit_decide.c
 *
 * The decision table, every cell of it.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 */

#include "decide.h"
#include "harness.h"

#include <limits.h>

/* Written down from SSL_CTX_set_session_ticket_cb(3). */
typedef struct {
    wolfTicket_STATUS status;
    wolfTicket_RETURN answer;
    int use;
    int renew;
    wt_error err;
} cell;

static const cell cells[] = {
    { WOLFTICKET_EMPTY, WOLFTICKET_RETURN_ABORT, 0, 0, WT_E_DEC_ABORT },
    { WOLFTICKET_EMPTY, WOLFTICKET_RETURN_IGNORE, 0, 0, WT_OK },
    { WOLFTICKET_EMPTY, WOLFTICKET_RETURN_IGNORE_RENEW, 0, 1, WT_OK },
    { WOLFTICKET_EMPTY, WOLFTICKET_RETURN_USE, 0, 0, WT_E_DEC_USE },
    { WOLFTICKET_EMPTY, WOLFTICKET_RETURN_USE_RENEW, 0, 0, WT_E_DEC_USE },

    { WOLFTICKET_NO_DECRYPT, WOLFTICKET_RETURN_ABORT, 0, 0, WT_E_DEC_ABORT },
    { WOLFTICKET_NO_DECRYPT, WOLFTICKET_RETURN_IGNORE, 0, 0, WT_OK },
    { WOLFTICKET_NO_DECRYPT, WOLFTICKET_RETURN_IGNORE_RENEW, 0, 1, WT_OK },
    { WOLFTICKET_NO_DECRYPT, WOLFTICKET_RETURN_USE, 0, 0, WT_E_DEC_USE },
    { WOLFTICKET_NO_DECRYPT, WOLFTICKET_RETURN_USE_RENEW, 0, 0,
      WT_E_DEC_USE },

    { WOLFTICKET_SUCCESS, WOLFTICKET_RETURN_ABORT, 0, 0, WT_E_DEC_ABORT },
    { WOLFTICKET_SUCCESS, WOLFTICKET_RETURN_IGNORE, 0, 0, WT_OK },
    { WOLFTICKET_SUCCESS, WOLFTICKET_RETURN_IGNORE_RENEW, 0, 1, WT_OK },
    { WOLFTICKET_SUCCESS, WOLFTICKET_RETURN_USE, 1, 0, WT_OK },
    { WOLFTICKET_SUCCESS, WOLFTICKET_RETURN_USE_RENEW, 1, 1, WT_OK },

    { WOLFTICKET_SUCCESS_RENEW, WOLFTICKET_RETURN_ABORT, 0, 0,
      WT_E_DEC_ABORT },
    { WOLFTICKET_SUCCESS_RENEW, WOLFTICKET_RETURN_IGNORE, 0, 0, WT_OK },
    { WOLFTICKET_SUCCESS_RENEW, WOLFTICKET_RETURN_IGNORE_RENEW, 0, 1, WT_OK },
    { WOLFTICKET_SUCCESS_RENEW, WOLFTICKET_RETURN_USE, 1, 0, WT_OK },
    { WOLFTICKET_SUCCESS_RENEW, WOLFTICKET_RETURN_USE_RENEW, 1, 1, WT_OK }
};
#define CELLS (int)(sizeof(cells) / sizeof(cells[0]))

static const int odd[] = {
    INT_MIN, -256, -8, -5, -4, -3, -2, -1, 5, 6, 7, 8, 9, 16, 255, 256, 257,
    258, 259, 260, 65536, INT_MAX
};
#define ODD (sizeof(odd) / sizeof(odd[0]))

START_TEST(every_cell_is_the_references)
{
    const cell* c = &cells[_i];
    wt_verdict verdict;

    memset(&verdict, 0xFF, sizeof(verdict));
    ck_assert_int_eq(wt_decide(c->status, c->answer, &verdict), c->err);
    ck_assert_int_eq(verdict.use, c->use);
    ck_assert_int_eq(verdict.renew, c->renew);
    ck_assert_int_eq(verdict.abort, c->err != WT_OK);
}
END_TEST

static void check_aborts(wolfTicket_STATUS status, wolfTicket_RETURN answer)
{
    wt_verdict verdict;

    memset(&verdict, 0xFF, sizeof(verdict));
    ck_assert_msg(wt_decide(status, answer, &verdict) == WT_E_DEC_USE,
        "status %d answer %d", status, answer);
    ck_assert_int_eq(verdict.use, 0);
    ck_assert_int_eq(verdict.renew, 0);
    ck_assert_int_eq(verdict.abort, 1);
}

START_TEST(an_answer_that_is_none_aborts)
{
    int status;
    size_t i;

    for (status = WOLFTICKET_EMPTY; status <= WOLFTICKET_SUCCESS_RENEW;
            status++) {
        for (i = 0; i < ODD; i++)
            check_aborts(status, odd[i]);
    }
}
END_TEST

START_TEST(a_status_that_never_reaches_the_application_aborts)
{
    int answer;
    size_t i;

    for (answer = -2; answer < 8; answer++) {
        check_aborts(WOLFTICKET_FATAL_ERR_MALLOC, answer);
        check_aborts(WOLFTICKET_FATAL_ERR_OTHER, answer);
        check_aborts(WOLFTICKET_NONE, answer);
        for (i = 0; i < ODD; i++) {
            if (odd[i] < WOLFTICKET_EMPTY ||
                    odd[i] > WOLFTICKET_SUCCESS_RENEW)
                check_aborts(odd[i], answer);
        }
    }
}
END_TEST

START_TEST(the_default_answers_are_the_references)
{
    wt_verdict verdict;
    int status;

    ck_assert_int_eq(wt_default_answer(WOLFTICKET_EMPTY),
        WOLFTICKET_RETURN_IGNORE_RENEW);
    ck_assert_int_eq(wt_default_answer(WOLFTICKET_NO_DECRYPT),
        WOLFTICKET_RETURN_IGNORE_RENEW);
    ck_assert_int_eq(wt_default_answer(WOLFTICKET_SUCCESS),
        WOLFTICKET_RETURN_USE);
    ck_assert_int_eq(wt_default_answer(WOLFTICKET_SUCCESS_RENEW),
        WOLFTICKET_RETURN_USE_RENEW);

    /* And none of them ends a handshake. */
    for (status = WOLFTICKET_EMPTY; status <= WOLFTICKET_SUCCESS_RENEW;
            status++)
        ck_assert_int_eq(wt_decide(status, wt_default_answer(status),
            &verdict), WT_OK);
}
END_TEST

START_TEST(the_default_of_any_other_status_uses_nothing)
{
    size_t i;

    for (i = 0; i < ODD; i++) {
        if (odd[i] != WOLFTICKET_SUCCESS && odd[i] != WOLFTICKET_SUCCESS_RENEW)
            ck_assert_int_eq(wt_default_answer(odd[i]),
                WOLFTICKET_RETURN_IGNORE_RENEW);
    }
}
END_TEST

static Suite* decide_suite(void)
{
    Suite* suite = suite_create("decide");
    TCase* tc = tcase_create("table");

    tcase_add_loop_test(tc, every_cell_is_the_references, 0, CELLS);
    tcase_add_test(tc, an_answer_that_is_none_aborts);
    tcase_add_test(tc, a_status_that_never_reaches_the_application_aborts);
    tcase_add_test(tc, the_default_answers_are_the_references);
    tcase_add_test(tc, the_default_of_any_other_status_uses_nothing);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return th_run(decide_suite());
}
