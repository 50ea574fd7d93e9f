#include "commands/window_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "core/errors.h"
#include "core/log.h"

namespace commands {

void WindowFit::add(const session::Info& info, std::span<const session::Estimate> windows) {
  longest_s_ = std::max(longest_s_, info.duration_s);
  for (const session::Estimate& window : windows) fits_[window.window] = true;
}

void WindowFit::check() const {
  std::vector<std::string> missing;
  for (std::size_t w = 0; w < lengths_.size(); ++w) {
    if (!fits_[w]) missing.push_back(lengths_[w].label());
  }
  if (missing.empty()) return;
  const std::string text =
      fmt::format("--window {}: no session is so long; the longest has {:.2f} s",
                  fmt::join(missing, ","), longest_s_);
  if (missing.size() == lengths_.size()) throw core::InputError(text);
  core::log_warning("{}", text);
}

}  // namespace commands
