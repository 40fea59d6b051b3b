/*
 * Stands between a program of the tests and its disk (LD_PRELOAD), for all that lies below SHOAL_DISK_ROOT:
 *  - writes down in SHOAL_DISK_LOG what is written, made, renamed, removed and synced, with contents and in order, so
 *    that a test can build what a power failure may leave;
 *  - lets the N-th call fail: the program opens the name ROOT/@fault N KIND MODE (KIND: an errno's number, or 0 for a
 *    short write; MODE: 1 once, 2 from there on), and finds in it how many calls there were since the last time, and
 *    which of them failed first; N = 0 ends it. SHOAL_DISK_FAULT="N KIND MODE" does the same from the start, and
 *    SHOAL_DISK_TOLD names a file into which the same is written at the end.
 * Linux only. A record is struct head, the names, each ended by a zero byte, and the data.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define FILES 4096
#define MAPS 64
#define PAGE 4096
#define PATHS 4096

struct head {
    uint32_t kind, names;
    uint64_t inode, at, length, time, number;
};

struct map {
    unsigned char *start, *copy;
    size_t length;
    uint64_t inode, at;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATHS];
static size_t root_length;
static int log_file = -1;
static uint64_t inodes[FILES]; /* of the open files below the root; 0: not one of them */
static struct map maps[MAPS];
static uint64_t syncs;
static long calls, fault_at;
static int fault_errno, fault_mode;
static char failed[PATHS + 64]; /* what failed first */

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("SHOAL_DISK_ROOT"), *into = getenv("SHOAL_DISK_LOG");
    const char *fault = getenv("SHOAL_DISK_FAULT");
    if (!where || strlen(where) >= sizeof root) return;
    strcpy(root, where);
    if (into) {
        int file = syscall(SYS_openat, AT_FDCWD, into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        log_file = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 900); /* out of the way of the program's numbers */
        if (file >= 0) syscall(SYS_close, file);
    }
    if (fault) sscanf(fault, "%ld %d %d", &fault_at, &fault_errno, &fault_mode);
    root_length = strlen(root);
}

__attribute__((destructor)) static void end(void) {
    const char *where = getenv("SHOAL_DISK_TOLD");
    char text[sizeof failed + 32];
    int file = where && root_length ? syscall(SYS_openat, AT_FDCWD, where, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (file < 0) return;
    int length = snprintf(text, sizeof text, "%ld %s", calls, failed);
    if (syscall(SYS_write, file, text, (size_t) length) < 0) abort();
    syscall(SYS_close, file);
}

static void put(const void *bytes, size_t length) {
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = syscall(SYS_write, log_file, from, length);
        if (done <= 0) abort();
        from += done;
        length -= done;
    }
}

/* the caller holds the lock */
static void note(char kind, uint64_t inode, uint64_t at, const char *one, const char *two, const void *data,
        size_t length, uint64_t number) {
    if (log_file < 0) return;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    size_t first = one ? strlen(one) + 1 : 0, second = two ? strlen(two) + 1 : 0;
    struct head head = {kind, first + second, inode, at, length, now.tv_sec * 1000000000ull + now.tv_nsec, number};
    put(&head, sizeof head);
    if (one) put(one, first);
    if (two) put(two, second);
    if (data) put(data, length);
}

/* what was written by way of memory since the last time; the caller holds the lock */
static void note_maps(void) {
    if (log_file < 0) return;
    for (struct map *map = maps; map < maps + MAPS; map++) {
        for (size_t at = 0; map->start && at < map->length; at += PAGE) {
            size_t length = map->length - at < PAGE ? map->length - at : PAGE;
            if (!memcmp(map->copy + at, map->start + at, length)) continue;
            memcpy(map->copy + at, map->start + at, length);
            note('W', map->inode, map->at + at, 0, 0, map->copy + at, length, 0);
        }
    }
}

static int is_below(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* the absolute path of name as the caller means it; 0 if it is not below the root */
static int path_of(int folder, const char *name, char *path) {
    if (!root_length || !name) return 0;
    if (*name == '/') {
        if (strlen(name) >= PATHS) return 0;
        strcpy(path, name);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(folder == AT_FDCWD ? "/proc/self/cwd" : link, path, PATHS - 1);
        if (length <= 0 || length + strlen(name) + 2 > PATHS) return 0;
        path[length] = '/';
        strcpy(path + length + 1, name);
    }
    return is_below(path);
}

/* whether this call shall fail; the caller holds the lock */
static int fails(const char *call, const char *what) {
    calls++;
    if (!fault_at || calls < fault_at || (fault_mode == 1 && calls > fault_at)) return 0;
    if (!*failed) snprintf(failed, sizeof failed, "%s %s", call, what ? what : "");
    errno = fault_errno ? fault_errno : EIO;
    return 1;
}

static int tracked(int file) {
    return file >= 0 && file < FILES && inodes[file];
}

static int do_open(int folder, const char *name, int flags, mode_t mode) {
    char path[PATHS], *order;
    if (!path_of(folder, name, path)) {
        int file = syscall(SYS_openat, folder, name, flags, mode);
        if (file >= 0 && file < FILES) inodes[file] = 0;
        return file;
    }
    pthread_mutex_lock(&lock);
    int file = -1;
    if ((order = strstr(path, "/@fault "))) {
        char text[sizeof failed + 32];
        int length = snprintf(text, sizeof text, "%ld %s", calls, failed);
        calls = 0;
        *failed = 0;
        sscanf(order + 8, "%ld %d %d", &fault_at, &fault_errno, &fault_mode);
        file = syscall(SYS_memfd_create, "fault", 0);
        if (file < 0 || syscall(SYS_pwrite64, file, text, (size_t) length, 0l) < 0) abort();
        if (file < FILES) inodes[file] = 0;
    } else if (!fails("open", path)) {
        struct stat before, now;
        int is_new = (flags & O_CREAT) && lstat(path, &before);
        file = syscall(SYS_openat, folder, name, flags, mode);
        if (file >= 0 && file < FILES && !fstat(file, &now)) {
            /* what opens a folder may close it by ways that are not seen here */
            inodes[file] = S_ISDIR(now.st_mode) ? 0 : now.st_ino;
            if (is_new) note('O', now.st_ino, 0, path, 0, 0, 0, 0);
            if (!is_new && (flags & O_TRUNC)) note('T', now.st_ino, 0, 0, 0, 0, 0, 0);
        }
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return file;
}

#define MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *name, int flags, ...) { MODE return do_open(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE return do_open(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE return do_open(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) {
    MODE return do_open(folder, name, flags | O_LARGEFILE, mode);
}

int close(int file) {
    if (file == log_file && file >= 0) return 0;
    if (file >= 0 && file < FILES) inodes[file] = 0;
    return syscall(SYS_close, file);
}

static const char *path_of_file(int file, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATHS - 1);
    path[length > 0 ? length : 0] = 0;
    return path;
}

static ssize_t do_write(int file, const void *data, size_t length, off_t at, int is_at) {
    if (!tracked(file)) {
        return is_at ? syscall(SYS_pwrite64, file, data, length, at) : syscall(SYS_write, file, data, length);
    }
    pthread_mutex_lock(&lock);
    char path[PATHS];
    ssize_t done = -1;
    if (!is_at) at = (fcntl(file, F_GETFL) & O_APPEND) ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
    int failing = fails("write", path_of_file(file, path));
    if (!failing || (!fault_errno && length > 1)) {
        if (failing) length /= 2;
        done = is_at ? syscall(SYS_pwrite64, file, data, length, at) : syscall(SYS_write, file, data, length);
        if (done > 0) note('W', inodes[file], at, 0, 0, data, done, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int file, const void *data, size_t length) { return do_write(file, data, length, 0, 0); }
ssize_t pwrite(int file, const void *data, size_t length, off_t at) { return do_write(file, data, length, at, 1); }
ssize_t pwrite64(int file, const void *data, size_t length, off64_t at) { return do_write(file, data, length, at, 1); }

static int may(int file, const char *call) {
    if (!tracked(file)) return 1;
    char path[PATHS];
    pthread_mutex_lock(&lock);
    int failing = fails(call, path_of_file(file, path)), error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return !failing;
}

ssize_t read(int file, void *into, size_t length) {
    return may(file, "read") ? syscall(SYS_read, file, into, length) : -1;
}
ssize_t pread(int file, void *into, size_t length, off_t at) {
    return may(file, "read") ? syscall(SYS_pread64, file, into, length, at) : -1;
}
ssize_t pread64(int file, void *into, size_t length, off64_t at) { return pread(file, into, length, at); }

/* the program then copies by reading and writing, which is seen */
ssize_t sendfile(int out, int in, off_t *at, size_t count) {
    if (!tracked(out)) return syscall(SYS_sendfile, out, in, at, count);
    errno = EINVAL;
    return -1;
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t count) { return sendfile(out, in, at, count); }
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
    if (!tracked(out)) return syscall(SYS_copy_file_range, in, from, out, to, length, flags);
    errno = ENOSYS;
    return -1;
}

static int do_sync(int file, long call) {
    char path[PATHS];
    struct stat now;
    int is_folder = !fstat(file, &now) && S_ISDIR(now.st_mode);
    path_of_file(file, path);
    if (!tracked(file) && !(is_folder && is_below(path))) return syscall(call, file);
    pthread_mutex_lock(&lock);
    note_maps();
    uint64_t number = ++syncs;
    int failing = fails("sync", path), error = errno;
    if (!failing) note('B', now.st_ino, is_folder, path, 0, 0, 0, number);
    pthread_mutex_unlock(&lock);
    errno = error;
    if (failing) return -1;
    /* where nothing is recorded nobody cuts the power, and the test shall be quick */
    int result = log_file < 0 ? 0 : syscall(call, file);
    error = errno;
    if (!result) {
        pthread_mutex_lock(&lock);
        note('E', now.st_ino, is_folder, path, 0, 0, 0, number);
        pthread_mutex_unlock(&lock);
    }
    errno = error;
    return result;
}

int fsync(int file) { return do_sync(file, SYS_fsync); }
int fdatasync(int file) { return do_sync(file, SYS_fdatasync); }

int ftruncate(int file, off_t length) {
    if (!tracked(file)) return syscall(SYS_ftruncate, file, length);
    pthread_mutex_lock(&lock);
    char path[PATHS];
    int result = -1;
    if (!fails("truncate", path_of_file(file, path)) && !(result = syscall(SYS_ftruncate, file, length))) {
        note('T', inodes[file], length, 0, 0, 0, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate64(int file, off64_t length) { return ftruncate(file, length); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    char one[PATHS], two[PATHS];
    int seen = path_of(from_folder, from, one) & path_of(to_folder, to, two);
    if (!seen) return syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
    pthread_mutex_lock(&lock);
    int result = -1;
    if (!fails("rename", one) && !(result = syscall(SYS_renameat2, from_folder, from, to_folder, to, 0))) {
        note('R', 0, 0, one, two, 0, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int folder, const char *name, int flags) {
    char path[PATHS];
    if (!path_of(folder, name, path)) return syscall(SYS_unlinkat, folder, name, flags);
    pthread_mutex_lock(&lock);
    int result = -1;
    if (!fails("unlink", path) && !(result = syscall(SYS_unlinkat, folder, name, flags))) {
        note('U', 0, 0, path, 0, 0, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

int mkdir(const char *name, mode_t mode) {
    char path[PATHS];
    if (!path_of(AT_FDCWD, name, path)) return syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    pthread_mutex_lock(&lock);
    int result = -1;
    if (!fails("mkdir", path) && !(result = syscall(SYS_mkdirat, AT_FDCWD, name, mode))) {
        note('K', 0, 0, path, 0, 0, 0, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

void *mmap(void *start, size_t length, int may_do, int flags, int file, off_t at) {
    void *got = (void *) syscall(SYS_mmap, start, length, may_do, flags, file, at);
    if (got == MAP_FAILED || !tracked(file) || !(flags & MAP_SHARED) || !(may_do & PROT_WRITE)) return got;
    pthread_mutex_lock(&lock);
    for (struct map *map = maps; map < maps + MAPS; map++) {
        if (map->start) continue;
        unsigned char *copy = malloc(length);
        if (!copy) abort();
        memcpy(copy, got, length);
        *map = (struct map) {got, copy, length, inodes[file], at};
        note('W', map->inode, at, 0, 0, copy, length, 0);
        break;
    }
    pthread_mutex_unlock(&lock);
    return got;
}
void *mmap64(void *start, size_t length, int may_do, int flags, int file, off64_t at) {
    return mmap(start, length, may_do, flags, file, at);
}

int munmap(void *start, size_t length) {
    if (root_length) {
        pthread_mutex_lock(&lock);
        for (struct map *map = maps; map < maps + MAPS; map++) {
            if (map->start != start || !start) continue;
            note_maps();
            free(map->copy);
            map->start = 0;
        }
        pthread_mutex_unlock(&lock);
    }
    return syscall(SYS_munmap, start, length);
}
