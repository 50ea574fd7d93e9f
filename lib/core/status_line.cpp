#include "core/status_line.h"

#include <atomic>

#include "core/console.h"

namespace core {
namespace {

std::atomic<bool> line_on_screen{false};

}  // namespace

void draw_status_line(const std::string& text) {
  write_stderr("\r\033[K" + text);
  line_on_screen = true;
}

void erase_status_line() {
  if (!line_on_screen.exchange(false)) return;
  write_stderr("\r\033[K");
}

}  // namespace core
