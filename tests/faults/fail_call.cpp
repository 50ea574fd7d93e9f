// A library for LD_PRELOAD: the Nth call of one kind fails, or the program is killed in its place.
//
//   CSL_FAULT=KIND:N:ERROR   KIND: open read write fsync rename mmap malloc pthread_create
//                            ERROR: a number for errno, or "kill"; N counts from 1
//   CSL_FAULT_COUNTS=FILE    at the end, the number of calls of each kind is written to this file
//
// Calls inside the C library itself (such as those of fopen) do not pass through here.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

enum Kind { kOpen, kRead, kWrite, kFsync, kRename, kMmap, kMalloc, kThread, kKinds };
constexpr const char* kNames[kKinds] = {"open",   "read", "write",  "fsync",
                                        "rename", "mmap", "malloc", "pthread_create"};

std::atomic<long> calls[kKinds];
int failing_kind = -1;
long failing_call = 0;
int failing_errno = 0;  // 0: kill

/// Runs before main, but after the first calls of malloc.
__attribute__((constructor)) void read_orders() {
  const char* order = std::getenv("CSL_FAULT");
  if (order == nullptr) return;
  char kind[32] = {};
  char error[32] = {};
  if (std::sscanf(order, "%31[^:]:%ld:%31s", kind, &failing_call, error) != 3) std::abort();
  failing_errno = std::strcmp(error, "kill") == 0 ? 0 : std::atoi(error);
  for (int k = 0; k < kKinds; ++k) {
    calls[k] = 0;
    if (std::strcmp(kind, kNames[k]) == 0) failing_kind = k;
  }
  if (failing_kind < 0) std::abort();
}

__attribute__((destructor)) void write_counts() {
  const char* path = std::getenv("CSL_FAULT_COUNTS");
  if (path == nullptr) return;
  const long fd = ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  for (int k = 0; k < kKinds; ++k) {
    char line[64];
    const int length = std::snprintf(line, sizeof line, "%s %ld\n", kNames[k], calls[k].load());
    ::syscall(SYS_write, fd, line, length);
  }
  ::syscall(SYS_close, fd);
}

/// Counts a call. @return  true if it has to fail; errno is then set
bool fails(Kind kind) {
  const long call = ++calls[kind];
  if (kind != failing_kind || call != failing_call) return false;
  if (failing_errno == 0) ::kill(::getpid(), SIGKILL);
  errno = failing_errno;
  return true;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

mode_t mode_of(int flags, va_list list) {
  const bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return makes ? va_arg(list, mode_t) : 0;
}

int open_or_fail(const char* path, int flags, va_list list) {
  if (fails(kOpen)) return -1;
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode_of(flags, list)));
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const int descriptor = open_or_fail(path, flags, list);
  va_end(list);
  return descriptor;
}
int open64(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const int descriptor = open_or_fail(path, flags, list);
  va_end(list);
  return descriptor;
}
FILE* fopen(const char* path, const char* mode) {
  if (fails(kOpen)) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen")(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  if (fails(kOpen)) return nullptr;
  return next<FILE* (*)(const char*, const char*)>("fopen64")(path, mode);
}

ssize_t read(int fd, void* data, std::size_t bytes) {
  return fails(kRead) ? -1 : ::syscall(SYS_read, fd, data, bytes);
}
ssize_t pread(int fd, void* data, std::size_t bytes, off_t at) {
  return fails(kRead) ? -1 : ::syscall(SYS_pread64, fd, data, bytes, at);
}
ssize_t pread64(int fd, void* data, std::size_t bytes, off64_t at) {
  return fails(kRead) ? -1 : ::syscall(SYS_pread64, fd, data, bytes, at);
}

ssize_t write(int fd, const void* data, std::size_t bytes) {
  return fails(kWrite) ? -1 : ::syscall(SYS_write, fd, data, bytes);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return fails(kWrite) ? -1 : ::syscall(SYS_writev, fd, parts, count);
}
ssize_t pwrite(int fd, const void* data, std::size_t bytes, off_t at) {
  return fails(kWrite) ? -1 : ::syscall(SYS_pwrite64, fd, data, bytes, at);
}
ssize_t pwrite64(int fd, const void* data, std::size_t bytes, off64_t at) {
  return fails(kWrite) ? -1 : ::syscall(SYS_pwrite64, fd, data, bytes, at);
}
std::size_t fwrite(const void* data, std::size_t size, std::size_t count, FILE* file) {
  if (fails(kWrite)) return 0;
  return next<std::size_t (*)(const void*, std::size_t, std::size_t, FILE*)>("fwrite")(data, size,
                                                                                       count, file);
}

int fsync(int fd) { return fails(kFsync) ? -1 : static_cast<int>(::syscall(SYS_fsync, fd)); }
int rename(const char* from, const char* to) {
  return fails(kRename) ? -1 : static_cast<int>(::syscall(SYS_rename, from, to));
}

void* mmap(void* at, std::size_t bytes, int protection, int flags, int fd, off_t offset) {
  if (fails(kMmap)) return MAP_FAILED;
  return reinterpret_cast<void*>(::syscall(SYS_mmap, at, bytes, protection, flags, fd, offset));
}

void* malloc(std::size_t bytes) { return fails(kMalloc) ? nullptr : __libc_malloc(bytes); }
void* calloc(std::size_t count, std::size_t size) {
  return fails(kMalloc) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t bytes) {
  return fails(kMalloc) ? nullptr : __libc_realloc(old, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return fails(kMalloc) ? nullptr : __libc_memalign(alignment, bytes);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
  if (fails(kMalloc)) return ENOMEM;
  *out = __libc_memalign(alignment, bytes);
  return *out == nullptr ? ENOMEM : 0;
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) {
  if (fails(kThread)) return EAGAIN;
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  return next<Create>("pthread_create")(thread, attributes, start, argument);
}

}  // extern "C"
