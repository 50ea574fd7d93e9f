#include "commands/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/common.h"
#include "core/console.h"
#include "core/files.h"

namespace commands {
namespace {

std::string duration_text(double seconds) {
  if (seconds < 90.0) return fmt::format("{:.0f} s", std::max(1.0, seconds));
  const double minutes = seconds / 60.0;
  if (minutes < 90.0) return fmt::format("{:.0f} minutes", minutes);
  return fmt::format("{:.1f} hours", minutes / 60.0);
}

}  // namespace

void DryRun::print() const {
  std::string text = fmt::format("would write  {}: {}", out.string(), content);
  if (bytes) text += fmt::format(", about {}", format_bytes(*bytes));
  text += fmt::format("\ntime         about {}, by the time of a small part of the work\n",
                      duration_text(seconds));
  core::write_stdout(core::printable(text, /*keep_lines=*/true));
}

double time_of_parts(double one_s, std::size_t count, int threads) {
  return one_s * std::ceil(static_cast<double>(count) / static_cast<double>(threads));
}

}  // namespace commands
