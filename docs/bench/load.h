// What the two loads on a tracker share: the clock, the dice, the hashes, and how long answers took.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLOTS = 1 << 22 };

static uint32_t *slots;  // tenths of microseconds, counted
static uint64_t state = 88172645463325252ULL;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t dice(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void put_hash(uint8_t *p, uint32_t hash) {
    uint32_t h = hash * 2654435761u;
    for (int i = 0; i < 5; i++, h = h * 1664525u + 1013904223u) memcpy(p + 4 * i, &h, 4);
}

static void took(double seconds) {
    uint64_t slot = seconds * 1e7;
    slots[slot < SLOTS ? slot : SLOTS - 1]++;
}

static double quantile(double q) {  // microseconds
    uint64_t all = 0, sum = 0;
    for (int i = 0; i < SLOTS; i++) all += slots[i];
    for (int i = 0; i < SLOTS; i++) {
        sum += slots[i];
        if (sum && sum >= q * all) return i / 10.0;
    }
    return 0;
}
