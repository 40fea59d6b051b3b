// Announces over HTTP as fast as the tracker answers, and tells how fast that was.
//
//   cc -O2 -o httpload httpload.c && ./httpload PORT HASHES PEERS SECONDS WINDOW kept|new
//
// WINDOW connections ask all the time, each one question after another: over the same connection (kept), or over a new
// one for each (new). A connection that a tracker does not keep is opened again. Peers of random swarms announce, the
// same ones as those of udpload. Loopback only. Prints one line of JSON; rates are of answers.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { MOST_WINDOW = 1024, ROOM = 4096, EVENTS = 64 };

struct line {
    int fd;
    size_t have;
    double asked;
    char in[ROOM];
};

static struct line lines[MOST_WINDOW];
static struct sockaddr_in to;
static int poller, keep, hashes, peers;
static uint64_t opened, answered, refused, bytes;

static char *escaped(char *p, const uint8_t *data, int n) {
    for (int i = 0; i < n; i++, p += 3) {
        *p = '%';
        p[1] = "0123456789ABCDEF"[data[i] >> 4];
        p[2] = "0123456789ABCDEF"[data[i] & 15];
    }
    return p;
}

static void ask(struct line *l) {
    uint64_t which = dice();
    uint32_t hash = which % hashes;
    uint16_t peer = which / hashes % peers;
    uint8_t info[20], id[20] = "-XX0001-";
    put_hash(info, hash);
    memcpy(id + 8, &hash, 4);
    id[12] = peer;
    char out[512], *p = stpcpy(out, "GET /announce?info_hash=");
    p = escaped(p, info, 20);
    p = escaped(stpcpy(p, "&peer_id="), id, 20);
    p += sprintf(p, "&port=%d&uploaded=0&downloaded=0&left=%d&compact=1&numwant=50 HTTP/1.1\r\n", 1024 + peer,
                 peer % 3 ? 1 : 0);
    p += sprintf(p, "Host: 127.0.0.1\r\n%s\r\n", keep ? "" : "Connection: close\r\n");
    l->have = 0;
    if (send(l->fd, out, p - out, MSG_NOSIGNAL) != p - out) fail("send");
}

static void open_line(struct line *l) {
    if (l->fd >= 0) {
        // no TIME_WAIT on this side: there are not ports enough
        struct linger hard = {.l_onoff = 1, .l_linger = 0};
        setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(l->fd);
    }
    l->fd = socket(AF_INET, SOCK_STREAM, 0);
    int one = 1;
    if (l->fd < 0) fail("socket");
    setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(l->fd, (struct sockaddr *)&to, sizeof to)) fail("connect");
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, l->fd, &e)) fail("epoll_ctl");
    opened++;
}

// 1 if the answer is whole, -1 if the tracker has closed
static int hear(struct line *l, int *closes) {
    ssize_t n = recv(l->fd, l->in + l->have, ROOM - 1 - l->have, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) return -1;
    l->have += n;
    l->in[l->have] = 0;
    char *body = strstr(l->in, "\r\n\r\n"), *length = strcasestr(l->in, "\r\nContent-Length:");
    if (!body || !length || length > body) return 0;
    size_t whole = body + 4 - l->in + strtoul(length + 17, NULL, 10);
    char *closing = strcasestr(l->in, "\r\nConnection: close");
    *closes = closing && closing < body;
    if (whole >= ROOM) fail("an answer is too long");
    return l->have >= whole;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: httpload PORT HASHES PEERS SECONDS WINDOW kept|new\n");
        return 2;
    }
    hashes = atoi(argv[2]);
    peers = atoi(argv[3]);
    int window = atoi(argv[5]);
    keep = !strcmp(argv[6], "kept");
    if (window < 1 || window > MOST_WINDOW || hashes < 1 || peers < 1 || peers > 255) return 2;
    to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    slots = calloc(SLOTS, sizeof *slots);
    poller = epoll_create1(0);
    if (!slots || poller < 0) fail("epoll_create1");
    double from = now(), t = from, end = from + atof(argv[4]);
    for (int i = 0; i < window; i++) {
        lines[i].fd = -1;
        lines[i].asked = now();
        open_line(&lines[i]);
        ask(&lines[i]);
    }
    while (t < end) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(poller, events, EVENTS, 20);
        for (int i = 0; i < n; i++) {
            struct line *l = events[i].data.ptr;
            int closes = 0, whole = hear(l, &closes);
            if (!whole) continue;
            t = now();
            if (whole > 0) {
                char *body = strstr(l->in, "\r\n\r\n") + 4;
                took(t - l->asked);
                answered++;
                bytes += l->have;
                refused += strncmp(l->in + 8, " 200", 4) || !strncmp(body, "d14:failure reason", 18);
            }
            l->asked = t;  // the connection is a part of the question
            if (whole < 0 || closes || !keep) open_line(l);
            ask(l);
        }
        t = now();
    }
    printf("{\"rate\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"refused\": %lu, \"reply_bytes\": %.1f, "
           "\"connections\": %lu}\n",
           answered / (t - from), quantile(0.5), quantile(0.99), refused, answered ? (double)bytes / answered : 0,
           opened);
    return answered ? 0 : 1;
}
