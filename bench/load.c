/* Load generator for the whole path: customer socket -> durable -> agent socket.
 *
 * One thread, epoll, loopback only. Customers send `send` commands into their own conversation and keep
 * `outstanding` of them unacknowledged (or send at a fixed total rate); agents are subscribed to every
 * conversation and receive the entries. Each text carries "@@<conversation> <number> <sent_ns>@@", so that the
 * receiver can measure the way and prove that nothing is missing, doubled or out of order.
 *
 * usage: load PORT SECONDS WARMUP OUTSTANDING RATE SESSIONS
 *   RATE      messages a second over all customers, 0 = as fast as acknowledgements allow
 *   SESSIONS  file of lines: "customer TOKEN CONVERSATION_ID [PORT]" or "agent COOKIE - [PORT]", the port of the
 *             node that it connects to if it is another than PORT
 * prints one JSON object. Exit 0 only when every acknowledged message arrived exactly once, in order.
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
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 4096, MAX_SAMPLES = 1 << 23, INBOX = 1 << 21 };
enum stage { UPGRADING, GREETING, SUBSCRIBING, READY };

struct connection {
    int fd, agent, index, port;      /* index: which conversation (customers) */
    enum stage stage;
    char token[256], conversation[64];
    unsigned char *inbox;
    size_t held, pending_subscriptions;
    char *outbox;
    size_t out_held, out_size;
    long sent, acknowledged;
    long *seen;                      /* agents: last number seen of each conversation */
};

static struct connection connections[MAX_CONNECTIONS];
static int count, customers, agents, epoll, ready, port;
static double *ack_ms, *way_ms;
static long ack_samples, way_samples, disorder, errors, delivered, acknowledged, measured_acks, measured_ways;
static int64_t measure_from, measure_until;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(2);
}

static void flush_out(struct connection *c) {
    while (c->out_held) {
        ssize_t n = write(c->fd, c->outbox, c->out_held);
        if (n < 0) {
            if (errno == EAGAIN) break;
            fail("write");
        }
        memmove(c->outbox, c->outbox + n, c->out_held - n);
        c->out_held -= n;
    }
    struct epoll_event e = {.events = EPOLLIN | (c->out_held ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void put(struct connection *c, const void *data, size_t size) {
    if (c->out_held + size > c->out_size) {
        c->out_size = (c->out_held + size) * 2;
        c->outbox = realloc(c->outbox, c->out_size);
    }
    memcpy(c->outbox + c->out_held, data, size);
    c->out_held += size;
}

/* A text frame, masked with the zero key: valid, and the payload stays as it is. */
static void put_frame(struct connection *c, const char *text, size_t size) {
    unsigned char head[8] = {0x81, 0};
    size_t n = 2;
    if (size < 126) head[1] = 0x80 | size;
    else {
        head[1] = 0x80 | 126;
        head[2] = size >> 8;
        head[3] = size & 255;
        n = 4;
    }
    put(c, head, n);
    put(c, "\0\0\0\0", 4);
    put(c, text, size);
}

static void make_uuid(char *out) {
    unsigned char b[16];
    if (getrandom(b, 16, 0) != 16) fail("getrandom");
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        p += sprintf(p, "%02x", b[i]);
    }
}

static void send_message(struct connection *c) {
    char id[40], text[512];
    make_uuid(id);
    int n = snprintf(text, sizeof text,
                     "{\"type\":\"command\",\"id\":\"%ld\",\"name\":\"send\",\"data\":{\"conversation_id\":\"%s\","
                     "\"entry_id\":\"%s\",\"text\":\"My bill for October looks twice as high as usual. "
                     "@@%d %ld %lld@@\"}}",
                     c->sent, c->conversation, id, c->index, c->sent, (long long)now_ns());
    c->sent++;
    put_frame(c, text, n);
}

static void connect_to(struct connection *c) {
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(c->port)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    if (c->fd < 0 || connect(c->fd, (void *)&to, sizeof to)) fail("connect");
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
    char cookie[320] = "", request[1024];
    if (c->agent) snprintf(cookie, sizeof cookie, "Cookie: alongside_session=%s\r\n", c->token);
    int n = snprintf(request, sizeof request,
                     "GET /socket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: alongside.v1\r\n%s\r\n",
                     c->port, c->port, cookie);
    put(c, request, n);
    flush_out(c);
}

static void say_hello(struct connection *c) {
    char text[512];
    int n = c->agent ? snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":1,\"client\":\"bench\"}")
                     : snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":1,\"client\":\"bench\",\"token\":\"%s\"}",
                                c->token);
    put_frame(c, text, n);
    c->stage = GREETING;
}

static void subscribe(struct connection *c) {
    char text[256];
    for (int i = 0; i < count; i++) {
        struct connection *other = &connections[i];
        if (other->agent || (!c->agent && other != c)) continue;
        int n = snprintf(text, sizeof text, "{\"type\":\"subscribe\",\"id\":\"s%d\",\"topic\":\"conversation:%s\"}",
                         other->index, other->conversation);
        put_frame(c, text, n);
        c->pending_subscriptions++;
    }
    c->stage = SUBSCRIBING;
}

static void take_entries(struct connection *c, const char *text, size_t size, int64_t now) {
    const char *end = text + size, *at = text;
    while ((at = memmem(at, end - at, "@@", 2))) {
        long conversation, number;
        long long sent;
        if (sscanf(at + 2, "%ld %ld %lld@@", &conversation, &number, &sent) != 3) fail("an entry without its mark");
        if (conversation < 0 || conversation >= customers) fail("a mark of no conversation");
        if (number != c->seen[conversation] + 1) disorder++;
        c->seen[conversation] = number;
        delivered++;
        if (sent >= measure_from && sent < measure_until && way_samples < MAX_SAMPLES)
            way_ms[way_samples++] = (now - sent) / 1e6;
        if (now >= measure_from && now < measure_until) measured_ways++;
        at = memmem(at + 2, end - at - 2, "@@", 2);
        if (!at) break;
        at += 2;
    }
}

/* The sending times of unacknowledged messages, by number. */
static int64_t sent_at[MAX_CONNECTIONS][64];

static void take_frame(struct connection *c, const char *text, size_t size) {
    int64_t now = now_ns();
    if (memmem(text, size < 40 ? size : 40, "\"error\"", 7)) {
        if (errors++ < 3) fprintf(stderr, "load: %.*s\n", (int)(size < 400 ? size : 400), text);
        return;
    }
    if (c->stage == GREETING && memmem(text, size, "\"welcome\"", 9)) subscribe(c);
    else if (c->stage == SUBSCRIBING && memmem(text, size < 60 ? size : 60, "\"subscribed\"", 12)) {
        if (--c->pending_subscriptions == 0) {
            c->stage = READY;
            ready++;
        }
    } else if (memmem(text, size < 30 ? size : 30, "\"done\"", 6)) {
        c->acknowledged++;
        acknowledged++;
        if (now >= measure_from && now < measure_until) measured_acks++;
        int64_t sent = sent_at[c->index][(c->acknowledged - 1) & 63];
        if (sent >= measure_from && sent < measure_until && ack_samples < MAX_SAMPLES)
            ack_ms[ack_samples++] = (now - sent) / 1e6;
    } else if (c->agent && memmem(text, size < 30 ? size : 30, "\"entries\"", 9)) take_entries(c, text, size, now);
}

static size_t take_upgrade(struct connection *c) {
    unsigned char *end = memmem(c->inbox, c->held, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(c->inbox, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "%.*s\n", (int)c->held, c->inbox);
        fail("the server did not upgrade");
    }
    say_hello(c);
    return end + 4 - c->inbox;
}

static size_t take_one(struct connection *c, unsigned char *at, size_t held) {
    if (held < 2) return 0;
    size_t size = at[1] & 127, head = 2;
    if (size == 126) {
        if (held < 4) return 0;
        size = at[2] << 8 | at[3];
        head = 4;
    } else if (size == 127) {
        if (held < 10) return 0;
        size = 0;
        for (int i = 2; i < 10; i++) size = size << 8 | at[i];
        head = 10;
    }
    if (head + size > INBOX) fail("a frame larger than the inbox");
    if (held < head + size) return 0;
    int opcode = at[0] & 15;
    if (opcode == 1) take_frame(c, (char *)at + head, size);
    else if (opcode == 8) fail("the server closed a socket");
    else if (opcode == 9) {
        unsigned char pong[131] = {0x8a, 0x80 | (size & 127)};
        memcpy(pong + 6, at + head, size);
        put(c, pong, 6 + size);
    }
    return head + size;
}

static void take(struct connection *c) {
    ssize_t n;
    while ((n = read(c->fd, c->inbox + c->held, INBOX - c->held)) > 0) {
        c->held += n;
        size_t used = 0, step;
        if (c->stage == UPGRADING) used = take_upgrade(c);
        if (c->stage != UPGRADING)
            while ((step = take_one(c, c->inbox + used, c->held - used))) used += step;
        memmove(c->inbox, c->inbox + used, c->held - used);
        c->held -= used;
    }
    if (n == 0) fail("the server hung up");
    if (n < 0 && errno != EAGAIN) fail("read");
}

static void poll_once(int timeout_ms) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, timeout_ms);
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take(c);
        if (c->out_held) flush_out(c);
    }
}

static void read_sessions(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char line[512], kind[16];
    while (fgets(line, sizeof line, file)) {
        struct connection *c = &connections[count];
        c->port = port;
        if (sscanf(line, "%15s %255s %63s %d", kind, c->token, c->conversation, &c->port) < 2) continue;
        if (++count == MAX_CONNECTIONS) fail("too many sessions");
        c->agent = !strcmp(kind, "agent");
        c->index = c->agent ? agents++ : customers++;
        c->inbox = malloc(INBOX);
    }
    fclose(file);
    for (int i = 0; i < count; i++)
        if (connections[i].agent) {
            connections[i].seen = malloc(sizeof(long) * customers);
            for (int k = 0; k < customers; k++) connections[i].seen[k] = -1;
        }
}

static int by_value(const void *a, const void *b) {
    double x = *(double *)a, y = *(double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *samples, long n, double p) {
    return n ? samples[(long)(p * (n - 1))] : 0;
}

static void run(int outstanding, double rate, double warmup, double seconds) {
    int64_t begin = now_ns(), due = begin;
    measure_from = begin + warmup * 1e9;
    measure_until = measure_from + seconds * 1e9;
    int next = 0, told = 0;
    for (int64_t now; (now = now_ns()) < measure_until;) {
        if (!told && now >= measure_from) told = fprintf(stderr, "measuring\n");
        for (int i = 0; rate == 0 && i < count; i++) {
            struct connection *c = &connections[i];
            while (!c->agent && c->sent - c->acknowledged < outstanding) {
                sent_at[c->index][c->sent & 63] = now_ns();
                send_message(c);
            }
            if (c->out_held) flush_out(c);
        }
        for (; rate > 0 && due <= now; due += 1e9 / rate) {
            struct connection *c;
            do c = &connections[next++ % count];
            while (c->agent);
            if (c->sent - c->acknowledged >= 64) continue;
            sent_at[c->index][c->sent & 63] = now_ns();
            send_message(c);
            flush_out(c);
        }
        int64_t wait = rate > 0 ? (due - now_ns()) / 1000000 : 20;
        poll_once(wait < 0 ? 0 : wait > 20 ? 20 : (int)wait);
    }
}

static long total_sent(void) {
    long sent = 0;
    for (int i = 0; i < count; i++) sent += connections[i].sent;
    return sent;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: load PORT SECONDS WARMUP OUTSTANDING RATE SESSIONS\n");
        return 2;
    }
    port = atoi(argv[1]);
    double seconds = atof(argv[2]), warmup = atof(argv[3]), rate = atof(argv[5]);
    int outstanding = atoi(argv[4]);
    if (outstanding < 1 || outstanding > 64) fail("OUTSTANDING is 1 to 64");
    ack_ms = malloc(sizeof(double) * MAX_SAMPLES);
    way_ms = malloc(sizeof(double) * MAX_SAMPLES);
    epoll = epoll_create1(0);
    read_sessions(argv[6]);
    if (!customers || !agents) fail("SESSIONS needs at least one customer and one agent");
    for (int i = 0; i < count; i++) {
        connect_to(&connections[i]);
        poll_once(0);
    }
    int64_t give_up = now_ns() + 60000000000LL;
    while (ready < count && now_ns() < give_up) poll_once(100);
    if (ready < count) fail("not every socket was ready within 60 s");
    run(outstanding, rate, warmup, seconds);
    fprintf(stderr, "measured\n");
    /* Let everything that is under way arrive: every message acknowledged, each at every agent. */
    give_up = now_ns() + 30000000000LL;
    while ((acknowledged + errors < total_sent() || delivered < acknowledged * agents) && now_ns() < give_up) poll_once(100);
    qsort(ack_ms, ack_samples, sizeof(double), by_value);
    qsort(way_ms, way_samples, sizeof(double), by_value);
    long missing = acknowledged * agents - delivered;
    printf("{\"customers\":%d,\"agents\":%d,\"outstanding\":%d,\"rate\":%.0f,\"seconds\":%.1f,\"sent\":%ld,"
           "\"acknowledged\":%ld,\"delivered\":%ld,\"missing\":%ld,\"disorder\":%ld,\"errors\":%ld,"
           "\"measured\":%ld,\"acknowledged_per_second\":%.0f,\"delivered_per_second\":%.0f,"
           "\"ack_ms\":{\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f},"
           "\"way_ms\":{\"p50\":%.2f,\"p95\":%.2f,\"p99\":%.2f,\"max\":%.2f}}\n",
           customers, agents, outstanding, rate, seconds, total_sent(), acknowledged, delivered, missing, disorder,
           errors, (long)measured_acks, measured_acks / seconds, measured_ways / seconds / agents, percentile(ack_ms, ack_samples, .5),
           percentile(ack_ms, ack_samples, .95), percentile(ack_ms, ack_samples, .99),
           percentile(ack_ms, ack_samples, 1), percentile(way_ms, way_samples, .5),
           percentile(way_ms, way_samples, .95), percentile(way_ms, way_samples, .99),
           percentile(way_ms, way_samples, 1));
    return missing || disorder || errors ? 1 : 0;
}
