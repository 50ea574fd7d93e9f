/// Estimated and true directions of a few sessions over time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"

namespace evaluate {

/// Collects the sessions that a report shows over time: of sessions with a known truth, the first
/// one of each reverberation time and number of sources; all others. Their directions are those of
/// the windows of the length nearest to 0.2 s, of every file that has the session.
class DirectionCollector {
 public:
  /// A report shows at most so many sessions with a known truth, and so many without.
  static constexpr std::size_t kMostKnown = 6;
  static constexpr std::size_t kMostUnknown = 12;

  void add(const formats::EstimatesReader& file);
  /// Adds the spectrogram of each session that one of these files has.
  /// @param sessions  sessions files
  void add_sound(const std::vector<std::filesystem::path>& sessions);

  const std::vector<SessionFigure>& figures() const { return figures_; }
  /// Number of sessions without truth that the report does not show.
  std::size_t left_out() const { return left_out_; }

 private:
  /// Index of the session's figure, which is made if the session is to be shown; or nothing.
  std::optional<std::size_t> figure_of(const session::Info& info);

  std::vector<SessionFigure> figures_;
  std::vector<double> hop_s_, bin_hz_;                      ///< of each figure's first file
  std::map<std::string, std::optional<std::size_t>> seen_;  ///< session_key(): figure, if shown
  std::vector<std::pair<double, std::size_t>>
      conditions_;  ///< those that have a session with truth
  std::size_t unknown_ = 0, left_out_ = 0;
};

}  // namespace evaluate
