/* unit_redis_fake.c
 *
 * A server that is no good Redis: whatever it says, nothing breaks.
 *
 * Copyright (C) 2026 the wolfTicket authors.  MIT licence, see LICENSE.
 *
 * The server is a process of the test's that answers every connection with
 * the bytes of a row, again and again, whatever it is asked.
 */

#include "redis_fixture.h"

typedef enum {
    ONCE,       /* says it to each command, and waits for the next */
    DROP,       /* says it once and closes */
    SLOWLY,     /* a byte every few milliseconds */
    ENDLESS,    /* says it again and again */
    MUTE        /* takes connections and says nothing */
} manner;

typedef struct {
    const char* bytes;
    manner how;
    int state;          /* of the source */
    const char* said;   /* in its report */
    int claim;
    int data;           /* what get() says */
} fake_row;

#define AWAY    WOLFTICKET_SOURCE_AWAY
#define REFUSED WOLFTICKET_SOURCE_REFUSED
#define OK      WOLFTICKET_SOURCE_OK

static const fake_row rows[] = {
    /* errors of Redis' */
    { "-LOADING Redis is loading the dataset in memory\r\n", ONCE, AWAY,
        "LOADING", -1, -1 },
    { "-READONLY You can't write against a read only replica.\r\n", ONCE,
        AWAY, "READONLY", -1, -1 },
    { "-OOM command not allowed when used memory > 'maxmemory'.\r\n", ONCE,
        AWAY, "OOM", -1, -1 },
    { "-MOVED 3999 127.0.0.1:6381\r\n", ONCE, AWAY, "MOVED", -1, -1 },
    { "-NOAUTH Authentication required.\r\n", ONCE, REFUSED, "password", -1,
        -1 },
    { "-WRONGPASS invalid username-password pair\r\n", ONCE, REFUSED,
        "password", -1, -1 },
    { "-NOPERM this user has no permissions\r\n", ONCE, REFUSED, "password",
        -1, -1 },
    { "-ERR max number of clients reached\r\n", DROP, AWAY, "max number", -1,
        -1 },
    { "-ERR \x01\x1b[31m%s%n%s\r\n", ONCE, AWAY, "?", -1, -1 },
    { "-\r\n", ONCE, AWAY, "Redis answers", -1, -1 },
    /* replies of the wrong type */
    { "+OK\r\n", ONCE, AWAY, "as Redis does", 1, -1 },
    { "+QUEUED\r\n", ONCE, AWAY, "as Redis does", -1, -1 },
    { "+OKAY\r\n", ONCE, AWAY, "as Redis does", -1, -1 },
    { ":1\r\n", ONCE, AWAY, "as Redis does", -1, -1 },
    { ":99999999999999999999999\r\n", ONCE, AWAY, "", -1, -1 },
    { "$2\r\nOK\r\n", ONCE, AWAY, "as Redis does", -1, 1 },
    { "$0\r\n\r\n", ONCE, AWAY, "as Redis does", -1, 1 },
    { "$-1\r\n", ONCE, AWAY, "as Redis does", 0, 0 },
    { "*-1\r\n", ONCE, AWAY, "as Redis does", 0, 0 },
    { "*0\r\n", ONCE, OK, "", -1, -1 },
    { "*1\r\n$1\r\n1\r\n", ONCE, OK, "", -1, -1 },
    { "*2\r\n$1\r\n1\r\n$-1\r\n", ONCE, OK, "not authentic", -1, -1 },
    { "*2\r\n:1\r\n:1\r\n", ONCE, OK, "not authentic", -1, -1 },
    { "*2\r\n*0\r\n*0\r\n", ONCE, OK, "not authentic", -1, -1 },
    { "*2\r\n$1\r\n1\r\n-ERR x\r\n", ONCE, OK, "not authentic", -1, -1 },
    { "*3\r\n$1\r\n1\r\n$1\r\nx\r\n$1\r\n2\r\n", ONCE, OK, "not authentic",
        -1, -1 },
    { "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"
      ":1\r\n", ONCE, AWAY, "", -1, -1 },
    /* half replies, and numbers that are too large */
    { "$100\r\nabc", ONCE, AWAY, "", -1, -1 },
    { "$100\r\nabc", DROP, AWAY, "", -1, -1 },
    { "*2\r\n$1\r\n1\r\n", ONCE, AWAY, "", -1, -1 },
    { "*2\r\n$1\r\n1\r\n", DROP, AWAY, "", -1, -1 },
    { "+OK", ONCE, AWAY, "", -1, -1 },
    { "+", DROP, AWAY, "", -1, -1 },
    { "", DROP, AWAY, "", -1, -1 },
    { "*2147483647\r\n", ONCE, AWAY, "", -1, -1 },
    { "*4294967297\r\n", ONCE, AWAY, "", -1, -1 },
    { "*9223372036854775807\r\n", ONCE, AWAY, "", -1, -1 },
    { "*65537\r\n", ONCE, AWAY, "", -1, -1 },
    { "$2147483647\r\n", ONCE, AWAY, "", -1, -1 },
    { "$9223372036854775807\r\n", ONCE, AWAY, "", -1, -1 },
    { "$-2\r\n", ONCE, AWAY, "", -1, -1 },
    { "*-2\r\n", ONCE, AWAY, "", -1, -1 },
    { "$1000000000\r\nx", ENDLESS, AWAY, "", -1, -1 },
    /* not Redis at all */
    { "HTTP/1.1 400 Bad Request\r\n\r\n", ONCE, AWAY, "", -1, -1 },
    { "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ONCE, AWAY, "", -1,
        -1 },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff", ENDLESS, AWAY, "", -1, -1 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ENDLESS, AWAY, "", -1,
        -1 },
    /* in no hurry */
    { "*0\r\n*0\r\n$-1\r\n+OK\r\n", SLOWLY, AWAY, "", -1, -1 },
    { "+OKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK"
      "KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK",
        SLOWLY, AWAY, "", -1, -1 },
    { "", MUTE, AWAY, "", -1, -1 }
};

/* ---- the server ---------------------------------------------------------- */

/* 1 as long as the other side takes it. */
static int Speak(int fd, const char* mem, size_t sz)
{
    while (sz > 0) {
        ssize_t n = send(fd, mem, sz, MSG_NOSIGNAL);

        if (n <= 0)
            return 0;
        mem += n;
        sz -= (size_t)n;
    }
    return 1;
}

#define RUN "0123456789abcdef0123456789abcdef01234567"
#define INFO "# Server\r\nredis_version:7.0.15\r\nrun_id:" RUN "\r\n"

static int Asks(const char* mem, ssize_t sz, const char* word)
{
    return memmem(mem, (size_t)sz, word, strlen(word)) != NULL;
}

/* What a claim asks beside the claim is answered well: 1 when that was all
 * that was asked, and -1 when the other side is gone. */
static int Help(int fd, const char* asked, ssize_t sz, const fake_row* row)
{
    char mem[256];
    int ret = 0;

    if (Asks(asked, sz, "INFO")) {
        (void)snprintf(mem, sizeof(mem), "$%zu\r\n" INFO "\r\n",
            sizeof(INFO) - 1);
        ret = Speak(fd, mem, strlen(mem)) ? 1 : -1;
    }
    else if (Asks(asked, sz, "TIME") && !Asks(asked, sz, "HGETALL")) {
        (void)snprintf(mem, sizeof(mem), "$42\r\n" RUN " 9\r\n"
            "*2\r\n$4\r\n1000\r\n$1\r\n0\r\n");
        ret = Speak(fd, row->bytes, strlen(row->bytes)) &&
            Speak(fd, mem, strlen(mem)) ? 1 : -1;
    }
    return ret;
}

/* Every command is an array: so many '*' at the beginnings of lines. */
static int Commands(const char* mem, ssize_t sz)
{
    ssize_t i;
    int n = 0;

    for (i = 0; i < sz; i++)
        n += mem[i] == '*' && (i == 0 || mem[i - 1] == '\n');
    return n;
}

static void Converse(int fd, const fake_row* row)
{
    char asked[4096];
    size_t i;
    ssize_t n;
    int going = 1;

    while (going && (n = recv(fd, asked, sizeof(asked), 0)) > 0) {
        int times = Commands(asked, n);

        switch (row->how) {
            case ONCE:
                switch (Help(fd, asked, n, row)) {
                    case 1:  times = 0; break;
                    case -1: going = 0; break;
                    default: break;
                }
                while (going && times-- > 0)
                    going = Speak(fd, row->bytes, strlen(row->bytes));
                break;
            case DROP:
                (void)Speak(fd, row->bytes, strlen(row->bytes));
                going = 0;
                break;
            case SLOWLY:
                for (i = 0; going && row->bytes[i] != '\0'; i++) {
                    (void)poll(NULL, 0, 20);
                    going = Speak(fd, row->bytes + i, 1);
                }
                break;
            case ENDLESS:
                while (going)
                    going = Speak(fd, row->bytes, strlen(row->bytes));
                break;
            default:
                break;
        }
    }
    (void)close(fd);
}

static void Serve(int listener, const fake_row* row)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            _exit(1);
        if (fork() == 0) {
            Converse(fd, row);
            _exit(0);
        }
        (void)close(fd);
    }
}

static void Start(const fake_row* row)
{
    struct sockaddr_un at;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    redis_place();
    memset(&at, 0, sizeof(at));
    at.sun_family = AF_UNIX;
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", redisPath);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr*)&at, sizeof(at)), 0);
    ck_assert_int_eq(listen(fd, 64), 0);
    redisServer = fork();
    ck_assert_int_ge(redisServer, 0);
    if (redisServer == 0) {
        (void)signal(SIGCHLD, SIG_IGN);
        Serve(fd, row);
    }
    (void)close(fd);
}

static wolfTicket_RedisOptions Impatient(void)
{
    wolfTicket_RedisOptions options = redis_hasty();

    options.connect_ms = options.command_ms = 100;
    options.handshake_ms = 50;
    return options;
}

/* ---- what becomes of it -------------------------------------------------- */

START_TEST(a_source_survives_what_it_is_told)
{
    const fake_row* row = &rows[_i];
    wolfTicket_Redis* redis;
    wolfTicket_SourceReport r;
    int i, all = 0;
    const char* c;

    Start(row);
    redis = redis_with(Impatient());
    for (i = 0; i < 2; i++) {
        fetched f = fetch(redis, START);

        ck_assert_int_eq(f.count, 0);
        ck_assert_int_ge(f.all, 2);
        ck_assert(i == 0 || f.all == all);
        all = f.all;
    }
    r = report(redis, START);
    ck_assert_msg(r.state == row->state, "%s: %d, %s", row->bytes, r.state,
        r.text);
    ck_assert_msg(strstr(r.text, row->said) != NULL, "%s", r.text);
    ck_assert(row->state == OK || r.text[0] != '\0');
    for (c = r.text; *c != '\0'; c++)
        ck_assert(*c >= ' ' && *c <= '~');
    if (row->state != OK)
        ck_assert_int_eq(propose(redis, START, 1, START), -1);
    (void)wolfTicket_Redis_revoke(redis, START, make_key(1, 0).name);
    (void)wolfTicket_Redis_list_keys(redis, NULL, 0);
    (void)wolfTicket_Redis_list_nodes(redis, NULL, 0, NULL);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(a_claim_is_good_if_redis_says_ok_and_nothing_else)
{
    const fake_row* row = &rows[_i];
    static unsigned char mem[70000];
    static const unsigned char id[16] = { 1 };
    wolfTicket_Redis* redis;
    size_t sz = sizeof(mem);

    Start(row);
    redis = redis_with(Impatient());
    ck_assert_msg(wolfTicket_Redis_claim(id, 0, 100, redis) == row->claim, "%s",
        row->bytes);
    (void)fetch(redis, START);
    wolfTicket_Redis_free(redis);
    redis = redis_with(Impatient());
    ck_assert_msg(wolfTicket_Redis_data_store()->get(redis, id, mem, &sz) ==
        row->data, "%s", row->bytes);
    wolfTicket_Redis_free(redis);
    redis = redis_with(Impatient());
    ck_assert_int_eq(wolfTicket_Redis_data_store()->put(redis, id, mem, 60000,
        100), row->claim == 1);
    wolfTicket_Redis_data_store()->remove(redis, id);
    wolfTicket_Redis_free(redis);
}
END_TEST

START_TEST(who_waits_for_news_survives_what_he_is_told)
{
    const fake_row* row = &rows[_i];
    wolfTicket_RedisOptions options = Impatient();
    wolfTicket_Redis* redis;
    word64 began;
    int i;

    Start(row);
    redis = redis_with(options);
    for (i = 0; i < 5; i++) {
        began = wt_redis_ms();
        (void)wt_redis_source.wait(redis, 20);
        /* and a machine that has other things to do */
        ck_assert_uint_lt(wt_redis_ms() - began, 20 + options.connect_ms +
            500);
    }
    wolfTicket_Redis_free(redis);
}
END_TEST

/* News without end, and what looks like them. */
static const fake_row pushes[] = {
    { "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n*3\r\n$7\r\nmessage\r\n"
      "$1\r\nx\r\n$1\r\n1\r\n", ONCE, 0, NULL, 1, 0 },
    { "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n", ENDLESS, 0, NULL, 1, 0 },
    { "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n*3\r\n$7\r\nmessage\r\n"
      "$1\r\nx\r\n$1\r\n1\r\n", ENDLESS, 0, NULL, 1, 0 },
    { "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n*2\r\n:1\r\n:2\r\n", ONCE, 0,
        NULL, 1, 0 },
    { "*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n+OK\r\n", ENDLESS, 0, NULL,
        1, 0 }
};

START_TEST(news_without_end_do_not_hold_who_waits)
{
    wolfTicket_Redis* redis;
    int i, news = 0;

    Start(&pushes[_i]);
    redis = redis_with(Impatient());
    for (i = 0; i < 5; i++)
        news += wt_redis_source.wait(redis, 50);
    ck_assert_int_ge(news, 1);
    wolfTicket_Redis_free(redis);
}
END_TEST

static void Setup(void)
{
    th_setup();
    redis_place();
}

int main(void)
{
    Suite* suite = suite_create("redis_fake");
    TCase* tc = th_case(suite, "replies", 1);
    int count = (int)(sizeof(rows) / sizeof(rows[0]));

    tcase_add_checked_fixture(tc, Setup, redis_teardown);
    tcase_add_loop_test(tc, a_source_survives_what_it_is_told, 0, count);
    tcase_add_loop_test(tc,
        a_claim_is_good_if_redis_says_ok_and_nothing_else, 0, count);
    tcase_add_loop_test(tc, who_waits_for_news_survives_what_he_is_told, 0,
        count);
    tcase_add_loop_test(tc, news_without_end_do_not_hold_who_waits, 0,
        (int)(sizeof(pushes) / sizeof(pushes[0])));
    return th_run(suite);
}
