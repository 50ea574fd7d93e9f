#include "core/status_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>

#include "core/console.h"

namespace core {
namespace {

std::atomic<bool> line_on_screen{false};

}  // namespace

std::size_t status_line_columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

void draw_status_line(const std::string& text) {
  write_stderr("\r\033[K" + text);
  line_on_screen = true;
}

void erase_status_line() {
  if (!line_on_screen.exchange(false)) return;
  write_stderr("\r\033[K");
}

}  // namespace core
