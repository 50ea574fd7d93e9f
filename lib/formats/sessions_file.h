/// sessions.h5: recordings with the orientation of the array, and known facts about them.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "array/known_array.h"
#include "core/index_range.h"
#include "core/provenance.h"
#include "formats/array_file.h"
#include "formats/session_table.h"
#include "imu/sensor_model.h"
#include "io/container.h"
#include "io/hdf5_writer.h"
#include "session/session.h"
#include "so3/track.h"

namespace formats {

inline constexpr const char* kSessionsFormat = "sessions";
inline constexpr unsigned kSessionsVersion = 1;

/// Writes sessions one at a time, so that memory does not grow with their number.
class SessionsWriter {
 public:
  SessionsWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                 std::size_t microphones, double sample_rate_hz, const array::KnownArray& array);
  /// Appends a session; it has as many microphones as the file.
  void append(const session::Session& session);

  /// A session whose samples come in blocks: begin() once, append_samples() for each block, end().
  void begin(const session::Info& info);
  /// @param samples  [samples, microphones]
  void append_samples(std::span<const float> samples);
  void end(const so3::Track& orientation, const imu::Samples& imu);

  /// Completes the file. Without it no file is left.
  void commit() { writer_.commit(); }

 private:
  void begin_imu();
  void append_imu(const imu::Samples& imu);

  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t microphones_;
  std::size_t sessions_ = 0;
  std::uint64_t samples_ = 0;
  std::uint64_t first_sample_ = 0;  ///< of the present session
  std::uint64_t orientations_ = 0;
  std::uint64_t imu_samples_ = 0;
  std::string id_;  ///< of the present session
};

/// Reads sessions one at a time, or pieces of a session.
class SessionsReader {
 public:
  /// @throws core::InputError  if the file is not a valid sessions file
  explicit SessionsReader(const std::filesystem::path& path);

  std::size_t size() const { return infos_.size(); }
  const session::Info& info(std::size_t i) const { return infos_[i]; }
  std::size_t microphones() const { return microphones_; }
  double sample_rate_hz() const { return sample_rate_hz_; }
  const array::KnownArray& array() const { return array_; }
  core::Provenance provenance() const { return io::read_provenance(file_); }
  const std::filesystem::path& path() const { return file_.path(); }

  /// Reads one session. @throws core::InputError  on damaged data, samples that are not finite, or
  /// an orientation that so3::Track refuses
  session::Session read(std::size_t i) const;
  /// Reads the samples and orientations of session i piece by piece, keeps nothing, and throws as
  /// read().
  void check(std::size_t i) const;

  /// Number of samples of session i.
  std::size_t samples(std::size_t i) const { return samples_[i].count(); }
  /// Reads some samples of session i, [samples, microphones]. @throws core::InputError  as read()
  std::vector<float> read_samples(std::size_t i, const core::IndexRange& range) const;
  /// Number of orientations of session i.
  std::size_t orientations(std::size_t i) const { return orientations_[i].count(); }
  /// Reads some orientations of session i, at least one. @throws core::InputError  as read()
  so3::Track read_orientation(std::size_t i, const core::IndexRange& range) const;

 private:
  imu::Samples read_imu(std::size_t i) const;

  io::Hdf5Reader file_;
  std::vector<session::Info> infos_;
  std::vector<core::IndexRange> samples_;
  std::vector<core::IndexRange> orientations_;
  std::vector<core::IndexRange> imu_;  ///< empty: the file has no inertial samples
  array::KnownArray array_;
  std::size_t microphones_ = 0;
  double sample_rate_hz_ = 0.0;
};

/// Reads the orientation of a session as time goes on, and keeps only what the present needs.
class OrientationBlocks {
 public:
  /// @param reader  must outlive the object
  OrientationBlocks(const SessionsReader& reader, std::size_t session)
      : reader_(reader), session_(session) {}

  /// A track that has the values of the session's whole track from `from_s` to `to_s`.
  /// @param from_s  not before that of an earlier call
  so3::Track cover(double from_s, double to_s);

 private:
  const SessionsReader& reader_;
  std::size_t session_;
  std::size_t read_ = 0;                        ///< orientations that were read
  std::vector<double> time_s_;                  ///< of the last ones
  std::vector<Eigen::Quaterniond> quaternion_;  ///< likewise
};

}  // namespace formats
