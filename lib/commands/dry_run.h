/// What `--dry-run` says: everything is checked and one part of the work is done for its time, but
/// nothing is written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace commands {

/// The plan of a run.
struct DryRun {
  std::filesystem::path out;
  std::string content;          ///< of the output, such as "100 sessions, 8 microphones"
  std::optional<double> bytes;  ///< size of the output; none: small
  double seconds = 0.0;         ///< duration of the whole run

  /// Prints the plan to standard output.
  void print() const;
};

/// Seconds that `count` equal parts of work take on `threads` threads, by the time of one part.
double time_of_parts(double one_s, std::size_t count, int threads);

}  // namespace commands
