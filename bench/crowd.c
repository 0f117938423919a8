/* A crowd of clients: each says hello, subscribes to its conversation, and stays.
 *
 * One thread, epoll, loopback only. Answers pings, sends one itself every PING_SECONDS, and remembers how far it has
 * read each conversation, so that it resumes from there: every entry must come once and in order.
 *
 * usage: crowd PORT SESSIONS AT_ONCE
 *   SESSIONS  file of lines "customer TOKEN CONVERSATION_ID"
 *   AT_ONCE   how many may be on their way in at a time, 0 = all
 * Reads commands from standard input, and answers each with one JSON object:
 *   connect   all who are out come in (those refused try again); answers when all are in, or after 60 s
 *   cut       all lines are cut without a goodbye (RST)
 *   count     how many are in
 * Ends with its input. Exit 1 if an entry was missing, doubled or out of order, or a line was lost that stood.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PING_SECONDS = 30, AGAIN_MS = 200, GIVE_UP_SECONDS = 60, CHUNK = 1 << 20 };
enum stage { OUT, UPGRADING, GREETING, SUBSCRIBING, IN };
static const int64_t SECOND = 1000000000LL;

struct client {
    int fd;
    enum stage stage;
    char token[128], conversation[40];
    unsigned char *inbox;            /* the beginning of a frame whose end has not come */
    size_t held;
    long upto;                       /* -1: has never been in */
    int64_t began, again_at, ping_at;
    double ms;
};

static struct client *clients;
static int count, in, on_the_way, at_once, port, epoll;
static long entries, gaps, retries, lost, bytes;
static unsigned char chunk[CHUNK];

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "crowd: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(2);
}

static void leave(struct client *c, int reset) {
    if (c->stage == OUT) return;
    if (c->stage == IN) in--;
    else on_the_way--;
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(c->fd);
    free(c->inbox);
    c->inbox = NULL;
    c->held = 0;
    c->stage = OUT;
}

/* The other side ended it: one who was in is lost, one on the way tries again. */
static void ended(struct client *c) {
    if (c->stage == IN) lost++;
    else retries++;
    leave(c, 0);
    c->again_at = now_ns() + AGAIN_MS * 1000000LL;
}

/* What one client writes always fits the socket's buffer. */
static void put(struct client *c, const void *data, size_t size) {
    if (write(c->fd, data, size) != (ssize_t)size) ended(c);
}

/* Text frames, masked with the zero key: valid, and the payload stays as it is. */
static size_t frame(char *out, const char *text) {
    size_t size = strlen(text), n = 0;
    out[n++] = (char)0x81;
    if (size < 126) out[n++] = (char)(0x80 | size);
    else {
        out[n++] = (char)(0x80 | 126);
        out[n++] = (char)(size >> 8);
        out[n++] = (char)(size & 255);
    }
    memset(out + n, 0, 4);
    memcpy(out + n + 4, text, size);
    return n + 4 + size;
}

static void enter(struct client *c, int64_t began) {
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (c->fd < 0) fail("socket");
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    if (connect(c->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) fail("connect");
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e)) fail("epoll_ctl");
    c->stage = UPGRADING;
    c->began = began;
    on_the_way++;
}

static void upgrade(struct client *c) {
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
    char request[512];
    int n = snprintf(request, sizeof request,
                     "GET /socket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: alongside.v1\r\n\r\n",
                     port, port);
    put(c, request, n);
}

/* Hello and subscription go out together, as a client that resumes does. */
static void greet(struct client *c) {
    char text[512], after[40] = "", out[1200];
    snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":1,\"client\":\"bench\",\"token\":\"%s\"}", c->token);
    size_t n = frame(out, text);
    if (c->upto >= 0) snprintf(after, sizeof after, ",\"after\":%ld", c->upto);
    snprintf(text, sizeof text, "{\"type\":\"subscribe\",\"id\":\"1\",\"topic\":\"conversation:%s\"%s}", c->conversation, after);
    n += frame(out + n, text);
    c->stage = GREETING;
    put(c, out, n);
}

static long number_after(const char *text, size_t size, const char *name) {
    const char *at = memmem(text, size, name, strlen(name));
    return at ? atol(at + strlen(name)) : -1;
}

/* The entries of a frame must join what is there; on the first visit they are what they are. */
static void take_entries(struct client *c, const char *text, size_t size, int first_visit) {
    const char *end = text + size, *at = text;
    long upto = number_after(text, size, ",\"upto\":");
    while ((at = memmem(at, end - at, "{\"seq\":", 7))) {
        long seq = atol(at += 7);
        if (!first_visit && seq != c->upto + 1) gaps++;
        c->upto = seq;
        entries++;
    }
    if (upto < c->upto || (!first_visit && upto != c->upto)) gaps++;
    c->upto = upto;
}

static void take_subscribed(struct client *c, const char *text, size_t size) {
    take_entries(c, text, size, c->upto < 0);
    int64_t now = now_ns();
    c->ms = (now - c->began) / 1e6;
    c->ping_at = now + PING_SECONDS * SECOND / 2 + (c - clients) * (PING_SECONDS * SECOND / count);
    c->stage = IN;
    on_the_way--;
    in++;
}

static void take_frame(struct client *c, const char *text, size_t size) {
    size_t head = size < 60 ? size : 60;
    if (memmem(text, head, "\"error\"", 7) || memmem(text, head, "\"bye\"", 5)) {
        if (retries + lost < 3) fprintf(stderr, "crowd: %.*s\n", (int)(size < 400 ? size : 400), text);
        ended(c);
    } else if (c->stage == GREETING && memmem(text, head, "\"welcome\"", 9)) c->stage = SUBSCRIBING;
    else if (c->stage == SUBSCRIBING && memmem(text, head, "\"subscribed\"", 12)) take_subscribed(c, text, size);
    else if (c->stage == IN && memmem(text, head, "\"entries\"", 9)) take_entries(c, text, size, 0);
}

static size_t take_upgrade(struct client *c, unsigned char *at, size_t held) {
    unsigned char *end = memmem(at, held, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(at, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "crowd: %.*s\n", (int)held, at);
        fail("the server did not upgrade");
    }
    greet(c);
    return end + 4 - at;
}

static size_t take_one(struct client *c, unsigned char *at, size_t held) {
    if (held < 2) return 0;
    size_t size = at[1] & 127, head = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (held < head) return 0;
    if (head > 2) {
        size = 0;
        for (size_t i = 2; i < head; i++) size = size << 8 | at[i];
    }
    if (held < head + size) return 0;
    int opcode = at[0] & 15;
    if (opcode == 1) take_frame(c, (char *)at + head, size);
    else if (opcode == 8) ended(c);
    else if (opcode == 9) {
        unsigned char pong[131] = {0x8a, 0x80 | (size & 127)};
        memcpy(pong + 6, at + head, size & 127);
        put(c, pong, 6 + (size & 127));
    }
    return head + size;
}

static void take(struct client *c) {
    while (c->stage != OUT) {
        memcpy(chunk, c->inbox, c->held);
        ssize_t n = read(c->fd, chunk + c->held, CHUNK - c->held);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            ended(c);
            return;
        }
        bytes += n;
        size_t held = c->held + n, used = 0, step;
        if (c->stage == UPGRADING) used = take_upgrade(c, chunk, held);
        if (c->stage != UPGRADING)
            while (c->stage != OUT && (step = take_one(c, chunk + used, held - used))) used += step;
        if (c->stage == OUT) return;
        c->held = held - used;
        if (c->held == CHUNK) fail("a frame larger than a chunk");
        free(c->inbox);
        c->inbox = c->held ? malloc(c->held) : NULL;
        if (c->held) memcpy(c->inbox, chunk + used, c->held);
    }
}

static int take_command(char *line, size_t size) {
    size_t n = 0;
    while (n < size - 1 && read(0, line + n, 1) == 1)
        if (line[n++] == '\n') {
            line[n - 1] = 0;
            return 1;
        }
    return 0;
}

/* 1 if standard input has something to say. */
static int poll_once(int timeout_ms) {
    struct epoll_event events[512];
    int n = epoll_wait(epoll, events, 512, timeout_ms), told = 0;
    for (int i = 0; i < n; i++) {
        struct client *c = events[i].data.ptr;
        if (!c) told = 1;
        else if (c->stage == OUT) continue;
        else if (c->stage == UPGRADING && events[i].events & EPOLLOUT) upgrade(c);
        else take(c);
    }
    return told;
}

static void ping_due(int64_t now) {
    static const unsigned char ping[] = "\x81\x8f\0\0\0\0{\"type\":\"ping\"}";
    for (int i = 0; i < count; i++)
        if (clients[i].stage == IN && clients[i].ping_at <= now) {
            clients[i].ping_at = now + PING_SECONDS * SECOND;
            put(&clients[i], ping, sizeof ping - 1);
        }
}

static int by_value(const void *a, const void *b) {
    double x = *(double *)a, y = *(double *)b;
    return (x > y) - (x < y);
}

static void tell(double seconds) {
    double *ms = malloc(sizeof(double) * (count + 1));
    int n = 0;
    for (int i = 0; i < count; i++)
        if (clients[i].stage == IN) ms[n++] = clients[i].ms;
    qsort(ms, n, sizeof(double), by_value);
    double p50 = n ? ms[n / 2] : 0, p95 = n ? ms[(int)(.95 * (n - 1))] : 0, p99 = n ? ms[(int)(.99 * (n - 1))] : 0;
    printf("{\"clients\":%d,\"in\":%d,\"seconds\":%.4f,\"entries\":%ld,\"gaps\":%ld,\"retries\":%ld,\"lost\":%ld,"
           "\"bytes\":%ld,\"ms\":{\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f}}\n",
           count, in, seconds, entries, gaps, retries, lost, bytes, p50, p95, p99, n ? ms[n - 1] : 0);
    fflush(stdout);
    free(ms);
    entries = retries = bytes = 0;
}

static void bring_in(void) {
    int64_t begin = now_ns(), give_up = begin + GIVE_UP_SECONDS * SECOND;
    int next = 0;
    while (in < count && now_ns() < give_up) {
        int64_t now = now_ns();
        for (int tried = 0; tried < count && (!at_once || on_the_way < at_once); tried++, next = (next + 1) % count)
            if (clients[next].stage == OUT && clients[next].again_at <= now)
                enter(&clients[next], at_once ? now_ns() : begin);
        poll_once(20);
    }
    tell((now_ns() - begin) / 1e9);
}

static void read_sessions(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char line[512];
    while (fgets(line, sizeof line, file)) count++;
    clients = calloc(count, sizeof *clients);
    rewind(file);
    count = 0;
    while (fgets(line, sizeof line, file)) {
        clients[count].upto = -1;
        if (sscanf(line, "customer %127s %39s", clients[count].token, clients[count].conversation) == 2) count++;
    }
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: crowd PORT SESSIONS AT_ONCE\n");
        return 2;
    }
    port = atoi(argv[1]);
    at_once = atoi(argv[3]);
    epoll = epoll_create1(0);
    read_sessions(argv[2]);
    if (!count) fail("SESSIONS needs at least one customer");
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input)) fail("standard input");
    char line[64];
    for (;;) {
        int told = poll_once(200);
        ping_due(now_ns());
        if (!told) continue;
        if (!take_command(line, sizeof line)) break;
        if (!strcmp(line, "connect")) bring_in();
        else if (!strcmp(line, "cut")) {
            for (int i = 0; i < count; i++) leave(&clients[i], 1);
            tell(0);
        } else if (!strcmp(line, "count")) tell(0);
        else fail("a command that is none");
    }
    return gaps || lost ? 1 : 0;
}
