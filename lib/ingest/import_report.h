/// Whether an imported recording can teach a model anything.
#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "formats/sessions_file.h"
#include "session/session.h"
#include "so3/motion_spread.h"

namespace ingest {

/// Gathers figures over sessions as they are written.
class ImportReport {
 public:
  ImportReport();

  /// @param session  as written to the file; features of every `stride`-th session are counted too
  void add_session(const session::Session& session, std::size_t microphones, double sample_rate_hz);
  /// What one recording said: "audio", "orientation", "clock", and its warnings.
  void add_recording(const nlohmann::json& facts, const std::vector<std::string>& warnings);
  void add_picture(const std::string& name, const std::string& svg);

  /// Warnings about all sessions together, appended to those of the recordings.
  void conclude();
  const std::vector<std::string>& warnings() const { return warnings_; }
  nlohmann::json json() const;
  /// A few lines for people.
  std::string text() const;
  /// report.json, coverage.svg and further pictures. @throws core::IoError
  void write(const std::filesystem::path& folder) const;

 private:
  /// Share of the sphere that a source is heard from on average over its directions in the world,
  /// [0, 1].
  double mean_coverage() const;
  std::string coverage_picture() const;
  void count_bins(const session::Session& session, std::size_t microphones, double sample_rate_hz);

  nlohmann::json recordings_ = nlohmann::json::array();
  std::vector<std::string> warnings_;
  std::vector<std::pair<std::string, std::string>> pictures_;
  so3::MotionSpreadSum motion_;
  std::vector<Eigen::Vector3d> cells_;            ///< sensor directions
  std::vector<Eigen::Vector3d> sources_;          ///< world directions that a source might have
  std::vector<std::vector<unsigned char>> seen_;  ///< [sources][cells]
  std::vector<double> speeds_deg_s_;
  std::size_t sessions_ = 0;
  double seconds_ = 0.0;
  double bins_ = 0.0;        ///< above the floor, of the sessions looked at
  double clear_bins_ = 0.0;  ///< and above the noise
  double all_bins_ = 0.0;    ///< of these sessions
  double bin_seconds_ = 0.0;
};

}  // namespace ingest
