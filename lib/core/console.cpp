#include "core/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <new>

#include "core/errors.h"

namespace core {
namespace {

/// Length of the UTF-8 character at the front, in bytes; 0 if there is none. Overlong forms and
/// surrogates are not excluded: terminals print them as replacement characters.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80   ? 1
                             : byte(0) < 0xc2 ? 0
                             : byte(0) < 0xe0 ? 2
                             : byte(0) < 0xf0 ? 3
                             : byte(0) < 0xf5 ? 4
                                              : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

/// True for a character of C0 or C1 or DEL.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::string printable(std::string_view text, bool keep_lines) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    const bool line = keep_lines && character == "\n";
    if (line || (length > 0 && !is_control(character))) {
      shown += character;
    } else {
      for (const char c : character) {
        fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(c));
      }
    }
    text.remove_prefix(character.size());
  }
  return shown;
}

void write_stderr(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void prepare_streams() {
  ::signal(SIGXFSZ, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // open() gives the lowest free number, which is fd. Its direction is the one nobody uses.
    if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) std::abort();
  }
}

void end_on_uncaught_exceptions() {
  std::set_terminate([] {
    ExitCode code = ExitCode::kInternal;
    try {
      if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
      write_stderr("internal error, please report it\n");
    } catch (const std::bad_alloc&) {
      write_stderr("out of memory: use fewer --threads or smaller inputs\n");
      code = ExitCode::kIo;
    } catch (const std::exception& error) {
      write_stderr("internal error, please report it: ");
      write_stderr(error.what());
      write_stderr("\n");
    } catch (...) {
      write_stderr("internal error, please report it\n");
    }
    ::_exit(static_cast<int>(code));
  });
}

}  // namespace core
