#include "core/isolation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>

#include "core/errors.h"

namespace core {
namespace {

constexpr rlim_t kLimit_s = 60;
/// More than any array's responses. A child that a hostile file has taken over may state anything.
constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30U;

/// Beginning of what the child sends: an exit code and the size of the numbers or of the message
/// behind it.
struct Header {
  std::int32_t code = 0;
  std::uint64_t bytes = 0;
};

bool write_all(int to, const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(to, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

/// @return  false if the other end was closed before all bytes came
bool read_all(int from, void* data, std::size_t bytes) {
  char* at = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = ::read(from, at, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

void send(int to, ExitCode code, const void* data, std::size_t bytes) {
  const Header header{static_cast<std::int32_t>(code), bytes};
  if (write_all(to, &header, sizeof(header))) write_all(to, data, bytes);
}

/// Everything that the child does. The child ends with _exit, because destructors and exit handlers
/// belong to the parent.
[[noreturn]] void live_as_child(int to, const std::function<std::vector<double>()>& work) {
  const rlimit processor{kLimit_s, kLimit_s};
  ::setrlimit(RLIMIT_CPU, &processor);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  try {
    const std::vector<double> numbers = work();
    send(to, ExitCode::kOk, numbers.data(), numbers.size() * sizeof(double));
  } catch (const Error& error) {
    send(to, error.code(), error.what(), std::strlen(error.what()));
  } catch (const std::exception& error) {
    send(to, ExitCode::kInternal, error.what(), std::strlen(error.what()));
  }
  ::_exit(0);
}

}  // namespace

std::vector<double> run_isolated(const std::string& file,
                                 const std::function<std::vector<double>()>& work) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  return work();  // the fuzzer sees only its own process
#endif
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw IoError(fmt::format("{}: cannot be read: no pipe: {}", file, std::strerror(errno)));
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    live_as_child(ends[1], work);
  }
  ::close(ends[1]);
  Header header;
  std::vector<double> numbers;
  std::string message;
  bool whole = child > 0 && read_all(ends[0], &header, sizeof(header)) &&
               header.bytes <= kMostBytes &&
               header.bytes % (header.code == 0 ? sizeof(double) : 1) == 0;
  if (whole && header.code == 0) {
    numbers.resize(header.bytes / sizeof(double));
    whole = read_all(ends[0], numbers.data(), header.bytes);
  } else if (whole) {
    message.resize(header.bytes);
    whole = read_all(ends[0], message.data(), header.bytes);
  }
  ::close(ends[0]);
  if (child < 0) throw IoError(fmt::format("{}: cannot be read: no process for it", file));
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!whole) {
    throw InputError(
        fmt::format("{}: is so damaged that reading it fails; expected a valid HDF5 file", file));
  }
  const auto code = static_cast<ExitCode>(header.code);
  if (code != ExitCode::kOk) throw_error(code, message);
  return numbers;
}

}  // namespace core
