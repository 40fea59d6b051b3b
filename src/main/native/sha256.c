/*
 * SHA-256 (FIPS 180-4) of many messages, several at a time in one core: sixteen with AVX-512, whose
 * registers hold a word of each; else two with the SHA instructions, for the second fills the time that the first
 * one waits. Optional: where this is not built, or the processor lacks the instructions, the JDK's SHA-256 does the work.
 */
#include <jni.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define SHA __attribute__((target("sha,avx")))
#define INLINE SHA static inline __attribute__((always_inline))

static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The eight words of the state as the instructions want them: a b e f and c d g h. */
typedef struct {
    __m128i abef, cdgh;
} State;

typedef struct {
    State state, before;
    __m128i w[4];
    const uint8_t *data;
} Lane;

INLINE State initial(void) {
    State state = {
        _mm_set_epi32(0x6a09e667, (int) 0xbb67ae85, 0x510e527f, (int) 0x9b05688c),
        _mm_set_epi32(0x3c6ef372, (int) 0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
    };
    return state;
}

/* Rounds 4 i to 4 i + 3 of one block of one message. */
INLINE void rounds(Lane *lane, int i) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i *w = lane->w;
    if (i < 4) {
        w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *) (lane->data + 16 * i)), big_endian);
    } else {
        __m128i sum = _mm_add_epi32(
            _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
        w[i & 3] = _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
    }
    __m128i k = _mm_add_epi32(w[i & 3], _mm_load_si128((const __m128i *) (K + 4 * i)));
    lane->state.cdgh = _mm_sha256rnds2_epu32(lane->state.cdgh, lane->state.abef, k);
    lane->state.abef = _mm_sha256rnds2_epu32(lane->state.abef, lane->state.cdgh, _mm_shuffle_epi32(k, 0x0e));
}

INLINE void end_block(Lane *lane) {
    lane->state.abef = _mm_add_epi32(lane->state.abef, lane->before.abef);
    lane->state.cdgh = _mm_add_epi32(lane->state.cdgh, lane->before.cdgh);
    lane->data += 64;
}

SHA static void one(State *state, const uint8_t *data, size_t blocks) {
    Lane a = {.state = *state, .data = data};
    while (blocks-- > 0) {
        a.before = a.state;
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) rounds(&a, i);
        end_block(&a);
    }
    *state = a.state;
}

SHA static void two(State state[2], const uint8_t *first, const uint8_t *second, size_t blocks) {
    Lane a = {.state = state[0], .data = first}, b = {.state = state[1], .data = second};
    while (blocks-- > 0) {
        a.before = a.state;
        b.before = b.state;
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            rounds(&a, i);
            rounds(&b, i);
        }
        end_block(&a);
        end_block(&b);
    }
    state[0] = a.state;
    state[1] = b.state;
}

/* What is left of a message behind its last whole block, padded; returns the number of blocks. */
static size_t padded(const uint8_t *data, size_t length, uint8_t tail[128]) {
    size_t rest = length & 63, size = rest < 56 ? 64 : 128;
    memset(tail, 0, 128);
    memcpy(tail, data + (length - rest), rest);
    tail[rest] = 0x80;
    uint64_t bits = (uint64_t) length << 3;
    for (int i = 0; i < 8; i++) tail[size - 1 - i] = (uint8_t) (bits >> (8 * i));
    return size >> 6;
}

INLINE void write(const State *state, uint8_t *out) {
    const __m128i big_endian = _mm_set_epi64x(0x0001020304050607LL, 0x08090a0b0c0d0e0fLL);
    __m128i abcd = _mm_unpackhi_epi64(state->cdgh, state->abef), efgh = _mm_unpacklo_epi64(state->cdgh, state->abef);
    _mm_storeu_si128((__m128i *) out, _mm_shuffle_epi8(abcd, big_endian));
    _mm_storeu_si128((__m128i *) (out + 16), _mm_shuffle_epi8(efgh, big_endian));
}

#define WIDE __attribute__((target("avx512f,avx512bw,sha")))
#define WIDE_INLINE WIDE static inline __attribute__((always_inline))
#define LANES 16

WIDE_INLINE __m512i xor3(__m512i x, __m512i y, __m512i z) {
    return _mm512_ternarylogic_epi32(x, y, z, 0x96);
}

/* The next 64 bytes of each message, so that w[i] holds word i of all of them. */
WIDE_INLINE void transpose(const uint8_t *const data[LANES], size_t offset, __m512i w[16]) {
    const __m512i big_endian = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL));
    __m512i rows[16], pairs[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) rows[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i] + offset), big_endian);
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
        rows[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
        rows[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
        rows[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
        rows[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m512i a = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x88);
        __m512i b = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xdd);
        __m512i c = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x88);
        __m512i d = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xdd);
        w[i] = _mm512_shuffle_i32x4(a, c, 0x88);
        w[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88);
        w[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
        w[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}

/* One block of each message. */
WIDE static void sixteen(__m512i state[8], const uint8_t *const data[LANES], size_t blocks) {
    for (size_t block = 0; block < blocks; block++) {
        __m512i w[16];
        transpose(data, block << 6, w);
        __m512i a = state[0], b = state[1], c = state[2], d = state[3];
        __m512i e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t += 16) {
#pragma GCC unroll 16
            for (int i = 0; i < 16; i++) {
                __m512i sum = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
                __m512i choice = _mm512_ternarylogic_epi32(e, f, g, 0xca);
                __m512i k = _mm512_add_epi32(w[i], _mm512_set1_epi32((int) K[t + i]));
                __m512i first = _mm512_add_epi32(_mm512_add_epi32(h, k), _mm512_add_epi32(sum, choice));
                sum = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
                __m512i majority = _mm512_ternarylogic_epi32(a, b, c, 0xe8);
                h = g, g = f, f = e;
                e = _mm512_add_epi32(d, first);
                d = c, c = b, b = a;
                a = _mm512_add_epi32(first, _mm512_add_epi32(sum, majority));
                if (t < 48) {
                    __m512i x = w[(i + 1) & 15], y = w[(i + 14) & 15];
                    __m512i s0 = xor3(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3));
                    __m512i s1 = xor3(_mm512_ror_epi32(y, 17), _mm512_ror_epi32(y, 19), _mm512_srli_epi32(y, 10));
                    w[i] = _mm512_add_epi32(_mm512_add_epi32(w[i], w[(i + 9) & 15]), _mm512_add_epi32(s0, s1));
                }
            }
        }
        state[0] = _mm512_add_epi32(state[0], a);
        state[1] = _mm512_add_epi32(state[1], b);
        state[2] = _mm512_add_epi32(state[2], c);
        state[3] = _mm512_add_epi32(state[3], d);
        state[4] = _mm512_add_epi32(state[4], e);
        state[5] = _mm512_add_epi32(state[5], f);
        state[6] = _mm512_add_epi32(state[6], g);
        state[7] = _mm512_add_epi32(state[7], h);
    }
}

/* Up to 16 messages of one length. The lanes that are left over repeat the first message. */
WIDE static void wide(const uint8_t *data, const uint32_t *at, uint32_t length, uint32_t count, uint8_t *out) {
    static const uint32_t first[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    const uint8_t *messages[LANES], *tails[LANES];
    uint8_t tail[LANES][128];
    __m512i state[8];
    size_t tail_blocks = 0;
    for (uint32_t i = 0; i < LANES; i++) {
        messages[i] = data + at[i < count ? i : 0];
        tails[i] = tail[i];
        tail_blocks = padded(messages[i], length, tail[i]);
    }
    for (int i = 0; i < 8; i++) state[i] = _mm512_set1_epi32((int) first[i]);
    sixteen(state, messages, length >> 6);
    sixteen(state, tails, tail_blocks);
    uint32_t words[8][LANES];
    for (int i = 0; i < 8; i++) _mm512_storeu_si512(words[i], state[i]);
    for (uint32_t i = 0; i < count; i++) {
        for (int word = 0; word < 8; word++) {
            uint32_t value = __builtin_bswap32(words[word][i]);
            memcpy(out + 32 * i + 4 * word, &value, 4);
        }
    }
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* One message, or two of any length: as far as the shorter one goes they are hashed together. */
SHA static void narrow(
    const uint8_t *data, const uint32_t at[], const uint32_t length[], uint32_t count, uint8_t *out) {
    uint8_t tail[2][128];
    State state[2] = {initial(), initial()};
    size_t blocks[2] = {0, 0}, tail_blocks[2] = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        blocks[i] = length[i] >> 6;
        tail_blocks[i] = padded(data + at[i], length[i], tail[i]);
    }
    size_t both = least(blocks[0], blocks[1]), both_tails = least(tail_blocks[0], tail_blocks[1]);
    if (count == 2) two(state, data + at[0], data + at[1], both);
    for (uint32_t i = 0; i < count; i++) one(&state[i], data + at[i] + (both << 6), blocks[i] - both);
    if (count == 2) two(state, tail[0], tail[1], both_tails);
    for (uint32_t i = 0; i < count; i++) {
        one(&state[i], tail[i] + (both_tails << 6), tail_blocks[i] - both_tails);
        write(&state[i], out + 32 * i);
    }
}

/* What this processor and this system can do: 0 nothing of this, 1 two messages at a time, 2 sixteen. */
static int level_here(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_SHA) || !__builtin_cpu_supports("avx")) return 0;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? 2 : 1;
}

/*
 * Digests of 32 bytes each of count messages, at a level that this processor has: message i is length[i] bytes at
 * data + at[i]. Wherever out lies, what is written for a message is written after it, and all before it, was read, if
 * the digests are not longer than the messages.
 */
SHA static void digests(
    int level, const uint8_t *data, const uint32_t *at, const uint32_t *length, uint32_t count, uint8_t *out) {
    _mm256_zeroupper(); /* what the JVM may have left there slows down the SHA instructions, which are of the SSE kind */
    for (uint32_t done = 0; done < count;) {
        uint32_t some = count - done < LANES ? count - done : LANES, alike = 1;
        if (level == 2) while (alike < some && length[done] == length[done + alike]) alike++;
        /* sixteen at once take as long as eight in pairs */
        if (alike > 8) {
            wide(data, at + done, length[done], some = alike, out + 32 * (size_t) done);
        } else {
            if (some > 2) some = 2;
            narrow(data, at + done, length + done, some, out + 32 * (size_t) done);
        }
        done += some;
    }
}

#else

static int level_here(void) {
    return 0;
}

static void digests(
    int level, const uint8_t *data, const uint32_t *at, const uint32_t *length, uint32_t count, uint8_t *out) {
    (void) level, (void) data, (void) at, (void) length, (void) count, (void) out;
}

#endif

JNIEXPORT jint JNICALL Java_shoal_merkle_NativeSha256_levelHere(JNIEnv *jvm, jclass type) {
    (void) jvm, (void) type;
    return level_here();
}

/*
 * The data is in the heap, address bytes into the array; or outside at address, if there is no array. No array is copied,
 * and the collector waits meanwhile: the calls are short.
 */
JNIEXPORT void JNICALL Java_shoal_merkle_NativeSha256_digests(
    JNIEnv *jvm, jclass type, jint level, jbyteArray array, jlong address, jintArray at, jintArray lengths, jint count,
    jbyteArray out, jint to) {
    (void) type;
    jbyteArray arrays[4] = {array, at, lengths, out};
    void *held[4] = {NULL, NULL, NULL, NULL};
    int all = 1;
    for (int i = 0; i < 4; i++) {
        if (!arrays[i]) continue;
        held[i] = (*jvm)->GetPrimitiveArrayCritical(jvm, arrays[i], NULL);
        if (!held[i]) all = 0; /* an OutOfMemoryError is pending */
    }
    if (all) {
        const uint8_t *data = array ? (const uint8_t *) held[0] + address : (const uint8_t *) (intptr_t) address;
        digests(level, data, held[1], held[2], (uint32_t) count, (uint8_t *) held[3] + to);
    }
    for (int i = 3; i >= 0; i--) {
        if (held[i]) (*jvm)->ReleasePrimitiveArrayCritical(jvm, arrays[i], held[i], i == 3 ? 0 : JNI_ABORT);
    }
}
