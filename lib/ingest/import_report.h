/// Report of an import: whether a model can learn from the recordings.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ingest/facts.h"
#include "ingest/import_lines.h"
#include "ingest/sphere_coverage.h"
#include "session/session.h"
#include "so3/motion_spread.h"

namespace ingest {

/// Less sound than this is a limit, s.
inline constexpr double kLittleSoundS = 60.0;
/// Sound from a smaller share of the sphere than this is a limit, [0, 1].
inline constexpr double kLittleCoverage = 0.3;

/// Whether a model can be learned from recordings; kYesBut: with the limits that are named.
enum class Learnable { kYes, kYesBut, kNo };

/// "yes", "yes, but", "no".
const char* name_of(Learnable learnable);

/// Collects figures of sessions while they are written.
class ImportReport {
 public:
  /// Adds a session as it is written to the file. The bins of every eighth session are counted.
  /// @param session  its samples may be the start of the session only
  void add_session(const session::Session& session, std::size_t microphones, double sample_rate_hz);
  /// Adds the facts and the warnings of one recording.
  /// @param clock_picture  ClockResult::picture
  void add_recording(const RecordingFacts& facts, const std::vector<std::string>& warnings,
                     const std::string& clock_picture);

  /// Puts warnings about all sessions together before those of the recordings, and decides whether a
  /// model can be learned.
  /// @param noise_margin_db  that the features will have, if known; 0: not known
  void conclude(double noise_margin_db = 0.0);
  const std::vector<std::string>& warnings() const { return warnings_; }
  Learnable learnable() const;
  /// Why a model cannot be learned, or the limits of what can be learned: all warnings.
  const std::vector<std::string>& reasons() const;
  const std::vector<RecordingFacts>& recordings() const { return recordings_; }
  std::size_t sessions() const { return sessions_; }
  double seconds() const { return seconds_; }
  const SphereCoverage& coverage() const { return coverage_; }
  /// SVG of the search of each recording's clock; empty: there was no search.
  const std::vector<std::string>& clock_pictures() const { return clock_pictures_; }
  /// What was found in all sessions together.
  std::vector<ReportLine> summary() const;
  /// Content of report.json.
  nlohmann::json json() const;
  /// The most important figures as lines of text.
  std::string text() const;

 private:
  /// Bins of the sessions that were counted.
  struct UsableBins {
    double share = 0.0;        ///< Share of all bins that are above the floor, [0, 1].
    double above_noise = 0.0;  ///< Share of them that are above the noise, [0, 1].
    double per_second = 0.0;   ///< Bins above the floor per second of sound.
  };

  UsableBins usable_bins() const;
  void count_bins(const session::Session& session, std::size_t microphones, double sample_rate_hz);

  std::vector<RecordingFacts> recordings_;
  std::vector<std::string> warnings_;
  std::vector<std::string> impossible_;      ///< Why no model can be learned; empty: one can.
  std::vector<std::string> clock_pictures_;  ///< [recordings]
  so3::MotionSpreadSum motion_;
  SphereCoverage coverage_;
  std::vector<double> speeds_deg_s_;
  std::size_t sessions_ = 0;
  double seconds_ = 0.0;
  double bins_ = 0.0;         ///< Bins above the floor in the sessions that were counted.
  double clear_bins_ = 0.0;   ///< Bins above floor and noise in the same sessions.
  double all_bins_ = 0.0;     ///< All bins of the same sessions.
  double bin_seconds_ = 0.0;  ///< Length of the same sessions, s.
};

}  // namespace ingest
