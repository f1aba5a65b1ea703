// Makes chosen calls to the operating system fail, so that a test can see what a program does then.
//
//   cc -shared -fPIC -o faults.so faults.c -ldl && LD_PRELOAD=./faults.so FAULT_CALL=sync FAULT_ERRNO=EIO program
//
//   FAULT_CALL    which calls: open read write sync truncate rename unlink, several joined by commas
//   FAULT_FILE    only on files whose absolute path matches this pattern of fnmatch(3)
//   FAULT_FROM    the first call, counted from 1, that fails; 0: none does
//   FAULT_TIMES   how many fail from there on; 0: all
//   FAULT_ERRNO   ENOSPC EIO EROFS EACCES EMFILE; or KILL, which ends the program there, in the middle of a write;
//                 or STOP, which halts it there until it is sent SIGCONT;
//                 or SHORT, which writes half of what was asked for, as a disk does that is about to be full
//   FAULT_COUNT   a file to which each call that matches is noted, one line a call
//   FAULT_CLOCK   seconds that the clock is ahead (or, with -, behind)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum outcome { PASS, FAIL, SHORTEN };

static atomic_int calls;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int number_of(const char *variable) {
    const char *text = getenv(variable);
    return text ? atoi(text) : 0;
}

static int error_number(const char *name) {
    if (strcmp(name, "ENOSPC") == 0) return ENOSPC;
    if (strcmp(name, "EROFS") == 0) return EROFS;
    if (strcmp(name, "EACCES") == 0) return EACCES;
    if (strcmp(name, "EMFILE") == 0) return EMFILE;
    return EIO;
}

static int is_among(const char *call, const char *list) {
    size_t length = strlen(call);
    for (const char *place = list; (place = strstr(place, call)); place += length) {
        char before = place == list ? ',' : place[-1], after = place[length];
        if (before == ',' && (after == ',' || after == 0)) return 1;
    }
    return 0;
}

static void note(const char *call, const char *path) {
    const char *file = getenv("FAULT_COUNT");
    if (!file) return;
    char line[PATH_MAX + 32];
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    // Past the functions below: what is noted here is not itself a call of the program.
    long handle = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (handle < 0) return;
    syscall(SYS_write, handle, line, length);
    syscall(SYS_close, handle);
}

static enum outcome decide(const char *call, const char *path) {
    const char *list = getenv("FAULT_CALL"), *pattern = getenv("FAULT_FILE"), *name = getenv("FAULT_ERRNO");
    if (!list || !is_among(call, list) || (pattern && fnmatch(pattern, path, 0) != 0)) return PASS;
    int place = atomic_fetch_add(&calls, 1) + 1, from = number_of("FAULT_FROM"), times = number_of("FAULT_TIMES");
    note(call, path);
    if (!name || from == 0 || place < from || (times > 0 && place >= from + times)) return PASS;
    if (strcmp(name, "SHORT") == 0 || (strcmp(name, "KILL") == 0 && strcmp(call, "write") == 0)) return SHORTEN;
    if (strcmp(name, "KILL") == 0) raise(SIGKILL);
    if (strcmp(name, "STOP") == 0) {
        raise(SIGSTOP);
        return PASS;
    }
    errno = error_number(name);
    return FAIL;
}

static enum outcome decide_path(const char *call, const char *path) {
    int kept = errno;
    char absolute[2 * PATH_MAX];
    if (path[0] == '/' || !getcwd(absolute, PATH_MAX)) {
        snprintf(absolute, sizeof absolute, "%s", path);
    } else {
        strcat(strcat(absolute, "/"), path);
    }
    errno = kept;
    return decide(call, absolute);
}

static enum outcome decide_file(const char *call, int file) {
    int kept = errno;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    errno = kept;
    return decide(call, path);
}

// What a write that was cut short does after its first half.
static void after_half(void) {
    const char *name = getenv("FAULT_ERRNO");
    if (name && strcmp(name, "KILL") == 0) raise(SIGKILL);
}

#define OPENING(name, ...)                                            \
    {                                                                 \
        mode_t mode = 0;                                              \
        if (flags & (O_CREAT | __O_TMPFILE)) {                        \
            va_list rest;                                             \
            va_start(rest, flags);                                    \
            mode = va_arg(rest, mode_t);                              \
            va_end(rest);                                             \
        }                                                             \
        if (decide_path("open", path) == FAIL) return -1;             \
        return REAL(name)(__VA_ARGS__, flags, mode);                  \
    }

int open(const char *path, int flags, ...) OPENING(open, path)
int open64(const char *path, int flags, ...) OPENING(open64, path)
int openat(int folder, const char *path, int flags, ...) OPENING(openat, folder, path)
int openat64(int folder, const char *path, int flags, ...) OPENING(openat64, folder, path)

ssize_t read(int file, void *bytes, size_t count) {
    return decide_file("read", file) == FAIL ? -1 : REAL(read)(file, bytes, count);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    return decide_file("read", file) == FAIL ? -1 : REAL(pread)(file, bytes, count, offset);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
    return decide_file("read", file) == FAIL ? -1 : REAL(pread64)(file, bytes, count, offset);
}

ssize_t write(int file, const void *bytes, size_t count) {
    enum outcome outcome = decide_file("write", file);
    if (outcome == FAIL) return -1;
    ssize_t written = REAL(write)(file, bytes, outcome == SHORTEN ? count / 2 : count);
    if (outcome == SHORTEN) after_half();
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    enum outcome outcome = decide_file("write", file);
    if (outcome == FAIL) return -1;
    ssize_t written = REAL(pwrite)(file, bytes, outcome == SHORTEN ? count / 2 : count, offset);
    if (outcome == SHORTEN) after_half();
    return written;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    enum outcome outcome = decide_file("write", file);
    if (outcome == FAIL) return -1;
    ssize_t written = REAL(pwrite64)(file, bytes, outcome == SHORTEN ? count / 2 : count, offset);
    if (outcome == SHORTEN) after_half();
    return written;
}

int fsync(int file) { return decide_file("sync", file) == FAIL ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return decide_file("sync", file) == FAIL ? -1 : REAL(fdatasync)(file); }

int ftruncate(int file, off_t length) {
    return decide_file("truncate", file) == FAIL ? -1 : REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    return decide_file("truncate", file) == FAIL ? -1 : REAL(ftruncate64)(file, length);
}

int rename(const char *from, const char *to) {
    return decide_path("rename", to) == FAIL ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path) { return decide_path("unlink", path) == FAIL ? -1 : REAL(unlink)(path); }

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = REAL(clock_gettime)(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += number_of("FAULT_CLOCK");
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int result = REAL(gettimeofday)(time, zone);
    if (result == 0) time->tv_sec += number_of("FAULT_CLOCK");
    return result;
}
