/// features.h5: STFT bins above the floor, scaled to unit norm, and the orientation of every frame.
#pragma once

#include <Eigen/Geometry>
#include <complex>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/index_range.h"
#include "core/provenance.h"
#include "formats/session_table.h"
#include "io/container.h"
#include "io/hdf5_writer.h"
#include "session/features.h"
#include "session/session.h"

namespace formats {

inline constexpr const char* kFeaturesFormat = "features";
/// Version 2 has every bin unsmoothed, with its energy and its rise. Bins of version 1 may be
/// thinned and smoothed.
inline constexpr unsigned kFeaturesVersion = 2;

/// Writes a features file session by session.
class FeaturesWriter {
 public:
  FeaturesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                 std::size_t microphones, const session::FeatureSettings& settings);
  void append(const session::Features& session);

  /// A session in blocks of frames: begin() once, append_block() for each block, then end().
  void begin(const session::Info& info);
  /// @param block  the next frames; frames count from the start of the session
  void append_block(const session::Features& block);
  void end();

  std::uint64_t bins() const { return bins_; }
  void commit() { writer_.commit(); }

 private:
  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t microphones_;
  std::uint32_t sessions_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t bins_ = 0;
  std::uint64_t first_frame_ = 0;  ///< of the present session
  std::uint64_t first_bin_ = 0;    ///< likewise
};

/// Reads a features file session by session.
class FeaturesReader {
 public:
  /// @throws core::InputError if the file is not a valid features file
  explicit FeaturesReader(const std::filesystem::path& path);

  /// Number of sessions.
  std::size_t size() const { return infos_.size(); }
  const session::Info& info(std::size_t i) const { return infos_[i]; }
  std::size_t microphones() const { return microphones_; }
  const session::FeatureSettings& settings() const { return settings_; }
  std::size_t bins() const { return file_.rows("/bin/frequency"); }
  core::Provenance provenance() const { return io::read_provenance(file_); }
  const std::filesystem::path& path() const { return file_.path(); }

  /// Reads session i.
  /// @throws core::InputError  for damaged data, frames out of order, and bins that are not finite
  session::Features read(std::size_t i) const;
  /// Reads only the frames and frequencies of the bins of session i; the other fields are empty.
  session::Features read_places(std::size_t i) const;
  /// Reads session i piece by piece, keeps nothing, and throws as read().
  void check(std::size_t i) const;

  /// Checks that both files have the same microphones and settings.
  /// @throws core::InputError  that names both files
  void require_same_kind(const FeaturesReader& first) const;

 private:
  session::Features read_rows(std::size_t i, const core::IndexRange& bins,
                              const core::IndexRange& frames, bool values) const;
  /// @param frames  of the whole session
  void check_places(const session::Features& session, std::size_t frames) const;
  void check_values(const session::Features& session) const;

  io::Hdf5Reader file_;
  std::vector<session::Info> infos_;
  std::vector<core::IndexRange> frames_;
  std::vector<core::IndexRange> bins_;
  std::size_t microphones_ = 0;
  session::FeatureSettings settings_;
};

}  // namespace formats
