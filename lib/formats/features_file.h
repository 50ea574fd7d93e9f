/// features.h5: unit-norm STFT bins above the floor and the orientation of every frame.
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
/// Version 2 has every bin as it is, with its energy and rise; those of version 1 may be chosen and
/// smoothed.
inline constexpr unsigned kFeaturesVersion = 2;

class FeaturesWriter {
 public:
  FeaturesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                 std::size_t microphones, const session::FeatureSettings& settings);
  void append(const session::Features& session);
  std::uint64_t bins() const { return bins_; }
  void commit() { writer_.commit(); }

 private:
  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t microphones_;
  std::uint32_t sessions_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t bins_ = 0;
};

class FeaturesReader {
 public:
  /// @throws core::InputError if the file is not a sound features file
  explicit FeaturesReader(const std::filesystem::path& path);

  std::size_t size() const { return infos_.size(); }
  const session::Info& info(std::size_t i) const { return infos_[i]; }
  std::size_t microphones() const { return microphones_; }
  const session::FeatureSettings& settings() const { return settings_; }
  std::size_t bins() const { return file_.rows("/bin/frequency"); }
  core::Provenance provenance() const { return io::read_provenance(file_); }
  const std::filesystem::path& path() const { return file_.path(); }

  /// @throws core::InputError on damaged data, frames out of order, bins that are not finite
  session::Features read(std::size_t i) const;
  /// Where the session's bins are: frame and frequency alone, the rest empty.
  session::Features read_places(std::size_t i) const;

  /// Refuses files that cannot be used together. @throws core::InputError naming both files
  void require_same_kind(const FeaturesReader& first) const;

 private:
  void check_places(const session::Features& session) const;
  void check_values(const session::Features& session) const;

  io::Hdf5Reader file_;
  std::vector<session::Info> infos_;
  std::vector<core::IndexRange> frames_;
  std::vector<core::IndexRange> bins_;
  std::size_t microphones_ = 0;
  session::FeatureSettings settings_;
};

}  // namespace formats
