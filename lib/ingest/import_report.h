/// Report of an import: whether a model can learn from the recordings.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ingest/facts.h"
#include "session/session.h"
#include "so3/motion_spread.h"

namespace ingest {

/// Collects figures of sessions while they are written.
class ImportReport {
 public:
  ImportReport();

  /// Adds a session as it is written to the file. The bins of every eighth session are counted.
  void add_session(const session::Session& session, std::size_t microphones, double sample_rate_hz);
  /// Adds the facts and the warnings of one recording.
  void add_recording(const RecordingFacts& facts, const std::vector<std::string>& warnings);
  /// Adds a picture that write() stores under this name.
  void add_picture(const std::string& name, const std::string& svg);

  /// Appends warnings about all sessions together to those of the recordings.
  /// @param noise_margin_db  that the features will have, if known; 0: not known
  void conclude(double noise_margin_db = 0.0);
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Content of report.json.
  nlohmann::json json() const;
  /// The most important figures as lines of text.
  std::string text() const;
  /// Writes report.json, coverage.svg and further pictures. @throws core::IoError
  void write(const std::filesystem::path& folder) const;

 private:
  /// Bins of the sessions that were counted.
  struct UsableBins {
    double share = 0.0;        ///< Share of all bins that are above the floor, [0, 1].
    double above_noise = 0.0;  ///< Share of them that are above the noise, [0, 1].
    double per_second = 0.0;   ///< Bins above the floor per second of sound.
  };

  UsableBins usable_bins() const;
  /// Share of the sphere from which a source is heard, [0, 1]: the mean over its directions in the
  /// world.
  double mean_coverage() const;
  std::string coverage_picture() const;
  void count_bins(const session::Session& session, std::size_t microphones, double sample_rate_hz);

  std::vector<RecordingFacts> recordings_;
  std::vector<std::string> warnings_;
  std::vector<std::pair<std::string, std::string>> pictures_;
  so3::MotionSpreadSum motion_;
  std::vector<Eigen::Vector3d> cells_;    ///< [cells], directions in the sensor frame
  std::vector<Eigen::Vector3d> sources_;  ///< [sources], directions in the world
  std::vector<std::vector<unsigned char>>
      seen_;  ///< [sources][cells], 1: the source was heard there
  std::vector<double> speeds_deg_s_;
  std::size_t sessions_ = 0;
  double seconds_ = 0.0;
  double bins_ = 0.0;         ///< Bins above the floor in the sessions that were counted.
  double clear_bins_ = 0.0;   ///< Bins above floor and noise in the same sessions.
  double all_bins_ = 0.0;     ///< All bins of the same sessions.
  double bin_seconds_ = 0.0;  ///< Length of the same sessions, s.
};

}  // namespace ingest
