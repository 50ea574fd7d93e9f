#include "core/status_line.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>

namespace core {
namespace {

std::atomic<bool> line_on_screen{false};

}  // namespace

void draw_status_line(const std::string& text) {
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  line_on_screen = true;
}

void erase_status_line() {
  if (!line_on_screen.exchange(false)) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace core
