// Links with a rate and a delay between network namespaces, for a kernel that has no netem. Linux, root.
//
//   cc -O2 -o link link.c && ./link MBIT MS NAMESPACE DEVICE NAMESPACE DEVICE [the next link's four ...]
//
// Each link is a pair of tun devices, one in each namespace, which it makes (up to the caller to give them addresses).
// Each direction has its own MBIT megabits a second and delays a packet by MS milliseconds behind the queue, which
// holds 50 ms at that rate; what does not fit is dropped, as routers do. Prints READY, and at its end (SIGTERM) one
// line for each direction: packets, bytes, dropped.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MOST_LINKS = 64, MTU = 9000, ROOM = MTU + 100, PLACES = 1 << 13 };
static const uint64_t SECOND = 1000000000ULL, QUEUE = 50000000ULL;

struct packet {
    uint64_t due;
    int length;
    char bytes[ROOM];
};

struct way {
    int from, to;
    uint64_t free;  // when the line is free again
    uint32_t head, tail;
    uint64_t packets, bytes, dropped;
    struct packet *ring;
};

static struct way ways[2 * MOST_LINKS];
static volatile sig_atomic_t over;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void stop(int number) {
    (void)number;
    over = 1;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static int device(const char *namespace, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", namespace);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET)) fail(path);
    close(space);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request)) fail("/dev/net/tun");
    return fd;
}

// Takes what has come in, as far as there is room for it.
static void take(struct way *w, uint64_t rate, uint64_t delay, uint64_t t) {
    static char rest[ROOM];
    for (int i = 0; i < 64; i++) {
        int full = w->head - w->tail == PLACES || w->free > t + QUEUE;
        struct packet *p = &w->ring[w->head % PLACES];
        ssize_t n = read(w->from, full ? rest : p->bytes, ROOM);
        if (n <= 0) return;
        if (full) {
            w->dropped++;
            continue;
        }
        w->free = (w->free > t ? w->free : t) + n * 8 * SECOND / rate;
        p->due = w->free + delay;
        p->length = n;
        w->head++;
        w->packets++;
        w->bytes += n;
    }
}

// Hands over what is due, and returns when the next packet is.
static uint64_t give(struct way *w, uint64_t t) {
    for (; w->tail != w->head; w->tail++) {
        struct packet *p = &w->ring[w->tail % PLACES];
        if (p->due > t) return p->due;
        if (write(w->to, p->bytes, p->length) < 0 && errno == EAGAIN) return t + 100000;
    }
    return UINT64_MAX;
}

int main(int argc, char **argv) {
    int links = (argc - 3) / 4;
    if (argc < 7 || (argc - 3) % 4 || links > MOST_LINKS || atof(argv[1]) <= 0 || atof(argv[2]) < 0) {
        fprintf(stderr, "usage: link MBIT MS NAMESPACE DEVICE NAMESPACE DEVICE ...\n");
        return 2;
    }
    uint64_t rate = atof(argv[1]) * 1e6, delay = atof(argv[2]) * 1e6;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) fail("epoll_create1");
    for (int i = 0; i < links; i++) {
        char **words = argv + 3 + 4 * i;
        int one = device(words[0], words[1]), other = device(words[2], words[3]);
        ways[2 * i] = (struct way){.from = one, .to = other};
        ways[2 * i + 1] = (struct way){.from = other, .to = one};
    }
    for (int i = 0; i < 2 * links; i++) {
        ways[i].ring = calloc(PLACES, sizeof(struct packet));
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &ways[i]};
        if (!ways[i].ring || epoll_ctl(poller, EPOLL_CTL_ADD, ways[i].from, &e)) fail("epoll_ctl");
    }
    puts("READY");
    fflush(stdout);
    uint64_t next = UINT64_MAX;
    while (!over) {
        uint64_t t = now(), left = next == UINT64_MAX ? SECOND : next > t ? next - t : 0;
        struct timespec wait = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
        struct epoll_event events[2 * MOST_LINKS];
        int n = epoll_pwait2(poller, events, 2 * links, &wait, NULL);
        if (n < 0 && errno != EINTR) fail("epoll_pwait2");
        t = now();
        for (int i = 0; i < n; i++) take(events[i].data.ptr, rate, delay, t);
        next = UINT64_MAX;
        for (int i = 0; i < 2 * links; i++) {
            uint64_t due = give(&ways[i], t);
            if (due < next) next = due;
        }
    }
    for (int i = 0; i < 2 * links; i++) {
        printf("%lu packets, %lu bytes, %lu dropped\n", ways[i].packets, ways[i].bytes, ways[i].dropped);
    }
    return 0;
}
