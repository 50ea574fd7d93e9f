/// estimates.h5: one direction a window, for every window length and session.
#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <vector>

#include "core/provenance.h"
#include "doa/window.h"
#include "io/hdf5_writer.h"
#include "stage/schema_session.h"

namespace stage {

inline constexpr const char* kEstimatesFormat = "estimates";
inline constexpr int kEstimatesVersion = 1;

/// One window's result. Directions are zero where the window has no bin.
struct Estimate {
  std::uint32_t window = 0;   ///< index into the file's window lengths
  std::uint32_t session = 0;  ///< row of /session
  double time_s = 0.0;        ///< centre frame's time in the session
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< at the centre frame
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();
  double confidence = 0.0;  ///< see doa::Pooled
  double support = 0.0;
  std::uint32_t bins = 0;  ///< bins that were pooled; 0: no estimate
};

/// Output of the network for every bin of a session, for `--bins`.
struct BinOutputs {
  std::vector<float> sensor;             ///< [bins, 3]; the norm is the confidence
  std::vector<std::uint32_t> frame;      ///< [bins], frame of the session
  std::vector<std::uint16_t> frequency;  ///< [bins], FFT index
};

/// What is said of the whole file.
struct EstimatesHeader {
  std::string method = "csl";     ///< "csl", "srp-phat", ...
  std::string estimator;          ///< "robust", "centroid", ...
  std::string pooling = "world";  ///< frame the windows were pooled in
  std::vector<doa::WindowLength> windows;
};

class EstimatesWriter {
 public:
  EstimatesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                  const EstimatesHeader& header);
  void append_session(const SessionInfo& info, const std::vector<Estimate>& estimates);
  void append_bins(const BinOutputs& bins);  ///< of the session appended last
  void commit() { writer_.commit(); }

 private:
  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::uint32_t sessions_ = 0;
};

struct Estimates {
  EstimatesHeader header;
  std::vector<SessionInfo> sessions;
  std::vector<Estimate> rows;
  core::Provenance provenance;
};

/// @throws core::InputError if the file is not a sound estimates file
Estimates read_estimates(const std::filesystem::path& path);

}  // namespace stage
