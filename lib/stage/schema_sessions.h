/// sessions.h5: recordings with the orientation of the array, and what is known of them.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/provenance.h"
#include "imu/sensor_model.h"
#include "io/container.h"
#include "io/hdf5_writer.h"
#include "so3/track.h"
#include "stage/known_array.h"
#include "stage/schema_session.h"

namespace stage {

inline constexpr const char* kSessionsFormat = "sessions";
inline constexpr int kSessionsVersion = 1;

/// One recording: its samples and orientation. Times count from the session's first sample.
struct Session {
  SessionInfo info;
  std::vector<float> time_data;  ///< [samples, microphones], row-major
  so3::Track orientation;        ///< q_world_sensor
  imu::Samples imu;              ///< empty: not recorded
};

/// Appends sessions one at a time: memory does not grow with their number.
class SessionsWriter {
 public:
  SessionsWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                 std::size_t microphones, double sample_rate_hz, const KnownArray& array);
  void append(const Session& session);
  void commit() { writer_.commit(); }

 private:
  void append_imu(const imu::Samples& imu);

  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t microphones_;
  std::uint64_t samples_ = 0;
  std::uint64_t orientations_ = 0;
  std::uint64_t imu_samples_ = 0;
};

/// Reads sessions one at a time.
class SessionsReader {
 public:
  /// @throws core::InputError if the file is not a sound sessions file
  explicit SessionsReader(const std::filesystem::path& path);

  std::size_t size() const { return infos_.size(); }
  const SessionInfo& info(std::size_t i) const { return infos_[i]; }
  std::size_t microphones() const { return microphones_; }
  double sample_rate_hz() const { return sample_rate_hz_; }
  const KnownArray& array() const { return array_; }
  core::Provenance provenance() const { return io::read_provenance(file_); }
  const std::filesystem::path& path() const { return file_.path(); }

  /// @throws core::InputError on damaged data, samples that are not finite, a bad orientation
  Session read(std::size_t i) const;

 private:
  so3::Track read_orientation(std::size_t i) const;
  imu::Samples read_imu(std::size_t i) const;

  io::Hdf5Reader file_;
  std::vector<SessionInfo> infos_;
  std::vector<RowRange> samples_;
  std::vector<RowRange> orientations_;
  std::vector<RowRange> imu_;  ///< empty: the file has no inertial samples
  KnownArray array_;
  std::size_t microphones_ = 0;
  double sample_rate_hz_ = 0.0;
};

}  // namespace stage
