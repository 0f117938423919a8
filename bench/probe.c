/* Two probes of the machine, to compare everything else with.
 *
 * usage: probe echo SECONDS        a raw socket echo: 64 loopback connections, 200 bytes, one message outstanding each
 *        probe fdatasync SECONDS FILE   appends of 200 bytes, each followed by fdatasync
 * prints one JSON object with the rate.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, SIZE = 200 };

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void watch(int epoll, int fd) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e)) fail("epoll_ctl");
}

static void serve_echo(int listener) {
    int epoll = epoll_create1(0);
    for (int i = 0; i < CONNECTIONS; i++) watch(epoll, accept(listener, NULL, NULL));
    char data[SIZE];
    struct epoll_event events[CONNECTIONS];
    for (;;) {
        int n = epoll_wait(epoll, events, CONNECTIONS, -1);
        for (int i = 0; i < n; i++) {
            ssize_t got = read(events[i].data.fd, data, SIZE);
            if (got <= 0) _exit(0);
            if (write(events[i].data.fd, data, got) != got) _exit(1);
        }
    }
}

static void echo(double seconds) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, CONNECTIONS)) fail("listen");
    getsockname(listener, (void *)&at, &size);
    pid_t child = fork();
    if (child == 0) serve_echo(listener);
    int epoll = epoll_create1(0);
    char data[SIZE] = {0};
    for (int i = 0; i < CONNECTIONS; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (void *)&at, sizeof at)) fail("connect");
        watch(epoll, fd);
        if (write(fd, data, SIZE) != SIZE) fail("write");
    }
    long echoed = 0;
    double begin = now_s();
    struct epoll_event events[CONNECTIONS];
    while (now_s() - begin < seconds) {
        int n = epoll_wait(epoll, events, CONNECTIONS, 100);
        for (int i = 0; i < n; i++) {
            if (read(events[i].data.fd, data, SIZE) != SIZE || write(events[i].data.fd, data, SIZE) != SIZE) fail("echo");
            echoed++;
        }
    }
    printf("{\"probe\":\"echo\",\"connections\":%d,\"per_second\":%.0f}\n", CONNECTIONS, echoed / (now_s() - begin));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void sync_file(double seconds, const char *path) {
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (fd < 0) fail(path);
    char data[SIZE] = {0};
    long synced = 0;
    double begin = now_s();
    while (now_s() - begin < seconds) {
        if (write(fd, data, SIZE) != SIZE || fdatasync(fd)) fail("fdatasync");
        synced++;
    }
    printf("{\"probe\":\"fdatasync\",\"per_second\":%.0f}\n", synced / (now_s() - begin));
    unlink(path);
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "echo")) echo(atof(argv[2]));
    else if (argc == 4 && !strcmp(argv[1], "fdatasync")) sync_file(atof(argv[2]), argv[3]);
    else {
        fprintf(stderr, "usage: probe echo SECONDS | probe fdatasync SECONDS FILE\n");
        return 2;
    }
    return 0;
}
