// Announces over UDP (BEP 15) as fast as the tracker answers, and tells how fast that was.
//
//   cc -O2 -o udpload udpload.c && ./udpload PORT PID HASHES PEERS SECONDS WINDOW
//   ./udpload list HASHES              the hashes, for a tracker that serves only those it knows
//
// First every one of HASHES swarms gets PEERS peers (one announce each); then, for SECONDS, peers of random swarms
// announce again. WINDOW announces are under way at any time; one that is not answered for half a second counts as
// lost.
// PID is the tracker's, for its memory; 0 if that is not asked. Loopback only. Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "load.h"

enum { MOST_WINDOW = 1024, BATCH = 32, ANNOUNCE = 98, ROOM = 2048 };

static int sock;
static uint64_t connection;
static uint8_t out[BATCH][ANNOUNCE], in[BATCH][ROOM];
static struct mmsghdr outs[BATCH], ins[BATCH];
static struct iovec outv[BATCH], inv[BATCH];
static double sent_at[MOST_WINDOW];
static uint32_t sent_as[MOST_WINDOW];  // the transaction under way in each place; 0 if there is none

static long resident(int pid) {  // KiB
    char name[64], line[256];
    long kib = 0;
    snprintf(name, sizeof name, "/proc/%d/status", pid);
    FILE *f = pid ? fopen(name, "r") : NULL;
    while (f && fgets(line, sizeof line, f)) sscanf(line, "VmRSS: %ld", &kib);
    if (f) fclose(f);
    return kib;
}

static void connect_tracker(void) {
    uint8_t packet[ROOM];
    uint64_t magic = htobe64(0x41727101980ULL);
    uint32_t transaction = htonl(0x80000001u);
    for (int attempt = 0; attempt < 50; attempt++) {
        memset(packet, 0, 16);
        memcpy(packet, &magic, 8);
        memcpy(packet + 12, &transaction, 4);
        if (send(sock, packet, 16, 0) != 16 && errno != ECONNREFUSED) fail("send");
        for (;;) {
            struct pollfd p = {.fd = sock, .events = POLLIN};
            if (poll(&p, 1, 200) != 1) break;
            ssize_t n = recv(sock, packet, sizeof packet, 0);
            if (n == 16 && !memcmp(packet, "\0\0\0\0", 4) && !memcmp(packet + 4, &transaction, 4)) {
                memcpy(&connection, packet + 8, 8);
                return;
            }
        }
    }
    fprintf(stderr, "the tracker gives no connection id\n");
    exit(1);
}

static int list(uint32_t hashes) {
    for (uint32_t hash = 0; hash < hashes; hash++) {
        uint8_t bytes[20];
        put_hash(bytes, hash);
        for (int i = 0; i < 20; i++) printf("%02X", bytes[i]);
        printf("\n");
    }
    return 0;
}

static void announce(uint8_t *p, uint32_t transaction, uint32_t hash, uint16_t peer) {
    uint32_t t = htonl(transaction), action = htonl(1), want = htonl(50);
    uint16_t port = htons(1024 + peer);
    memset(p, 0, ANNOUNCE);
    memcpy(p, &connection, 8);
    memcpy(p + 8, &action, 4);
    memcpy(p + 12, &t, 4);
    put_hash(p + 16, hash);
    memcpy(p + 36, "-XX0001-", 8);
    memcpy(p + 44, &hash, 4);
    p[48] = peer;
    p[71] = peer % 3 ? 1 : 0;  // left: a third of them are seeds
    memcpy(p + 92, &want, 4);
    memcpy(p + 96, &port, 2);
}

struct result {
    double seconds;
    uint64_t answered, lost, refused, bytes;
};

// count announces, or as many as go in seconds
static struct result run(uint64_t count, double seconds, int window, uint32_t hashes, uint16_t peers, int random) {
    struct result r = {0};
    static uint32_t transaction = 1;
    uint64_t begun = 0;
    int under_way = 0;
    double from = now(), t = from, last_look = from, connected = from;
    memset(sent_as, 0, sizeof sent_as);
    for (;;) {
        int more = random ? t - from < seconds : begun < count;
        if (!more && !under_way) break;
        if (t - connected > 40) {  // an id lives for a minute
            connect_tracker();
            connected = t;
            under_way = 0;
            memset(sent_as, 0, sizeof sent_as);
        }
        while (more && under_way < window) {
            int n = 0;
            while (n < BATCH && under_way < window && (random || begun < count)) {
                while (sent_as[transaction % window] || !transaction) transaction++;
                uint64_t which = random ? dice() : begun;
                int place = transaction % window;
                announce(out[n++], transaction, which % hashes, which / hashes % peers);
                sent_as[place] = transaction++;
                sent_at[place] = t;
                under_way++;
                begun++;
            }
            t = now();
            for (int i = 0; i < n; i++) sent_at[(be32toh(*(uint32_t *)(out[i] + 12))) % window] = t;
            for (int done = 0; done < n;) {
                int k = sendmmsg(sock, outs + done, n - done, 0);
                if (k < 0 && errno != ECONNREFUSED && errno != EAGAIN) fail("sendmmsg");
                if (k > 0) done += k;
            }
            if (!random && begun >= count) break;
        }
        struct pollfd p = {.fd = sock, .events = POLLIN};
        int n = recvmmsg(sock, ins, BATCH, MSG_DONTWAIT, NULL);
        if (n < 0 && errno == EAGAIN) poll(&p, 1, 20);
        t = now();
        for (int i = 0; i < n; i++) {
            uint32_t action, number;
            memcpy(&action, in[i], 4);
            memcpy(&number, in[i] + 4, 4);
            number = ntohl(number);
            int place = number % window;
            if (ins[i].msg_len < 8 || sent_as[place] != number) continue;
            sent_as[place] = 0;
            under_way--;
            if (ntohl(action) != 1) r.refused++;
            else r.answered++, r.bytes += ins[i].msg_len;
            took(t - sent_at[place]);
        }
        if (t - last_look > 0.1) {
            last_look = t;
            for (int i = 0; i < window; i++) {
                if (!sent_as[i] || t - sent_at[i] < 0.5) continue;
                sent_as[i] = 0;
                under_way--;
                r.lost++;
            }
        }
    }
    r.seconds = now() - from;
    return r;
}

int main(int argc, char **argv) {
    if (argc == 3 && !strcmp(argv[1], "list")) return list(atoi(argv[2]));
    if (argc != 7) {
        fprintf(stderr, "usage: udpload PORT PID HASHES PEERS SECONDS WINDOW\n");
        return 2;
    }
    int port = atoi(argv[1]), pid = atoi(argv[2]), hashes = atoi(argv[3]), peers = atoi(argv[4]);
    int window = atoi(argv[6]), buffer = 4 << 20;
    if (window < 1 || window > MOST_WINDOW || hashes < 1 || peers < 1 || peers > 255) return 2;
    slots = calloc(SLOTS, sizeof *slots);
    sock = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (!slots || sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof to)) fail("socket");
    for (int i = 0; i < BATCH; i++) {
        outv[i] = (struct iovec){out[i], ANNOUNCE};
        inv[i] = (struct iovec){in[i], ROOM};
        outs[i].msg_hdr = (struct msghdr){.msg_iov = &outv[i], .msg_iovlen = 1};
        ins[i].msg_hdr = (struct msghdr){.msg_iov = &inv[i], .msg_iovlen = 1};
    }
    connect_tracker();
    long empty = resident(pid);
    struct result fill = run((uint64_t)hashes * peers, 0, window, hashes, peers, 0);
    long full = resident(pid);
    connect_tracker();
    memset(slots, 0, SLOTS * sizeof *slots);
    struct result r = run(0, atof(argv[5]), window, hashes, peers, 1);
    printf("{\"fill_rate\": %.0f, \"fill_lost\": %lu, \"rate\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
           "\"lost\": %lu, \"refused\": %lu, \"reply_bytes\": %.1f, \"empty_kib\": %ld, \"full_kib\": %ld, "
           "\"end_kib\": %ld}\n",
           fill.answered / fill.seconds, fill.lost, r.answered / r.seconds, quantile(0.5), quantile(0.99), r.lost,
           r.refused + fill.refused, r.answered ? (double)r.bytes / r.answered : 0, empty, full, resident(pid));
    return r.answered ? 0 : 1;
}
