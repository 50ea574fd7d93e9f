/// features.h5: unit-norm STFT bins above the floor and the orientation of every frame.
#pragma once

#include <Eigen/Geometry>
#include <complex>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/provenance.h"
#include "io/container.h"
#include "io/hdf5_writer.h"
#include "stage/schema_session.h"

namespace stage {

inline constexpr const char* kFeaturesFormat = "features";
inline constexpr int kFeaturesVersion = 1;

inline constexpr std::size_t kMostSmoothBins = 16;
inline constexpr std::size_t kMostThinBins = 64;

/// How the bins were made. Two files fit together only if these are equal.
struct FeatureSettings {
  double sample_rate_hz = 16000.0;
  std::size_t window_samples = 400;  ///< also the FFT length
  std::size_t hop_samples = 160;
  double min_frequency_hz = 340.0;
  double max_frequency_hz = 8000.0;
  double floor_db = -40.0;       ///< below the largest bin of the same frequency in the session
  double floor_memory_s = 0.0;   ///< > 0: below the largest so far, which fades 10 dB in this time
  double noise_margin_db = 0.0;  ///< > 0: and so far above the recording's own noise
  std::size_t smooth_bins = 0;   ///< > 0: drawn to so many neighbours on either side
  std::size_t thin_bins = 1;     ///< only the loudest of so many neighbouring bins is kept

  double hop_s() const { return static_cast<double>(hop_samples) / sample_rate_hz; }
  /// Between neighbouring bins of the FFT.
  double bin_hz() const { return sample_rate_hz / static_cast<double>(window_samples); }
  double window_s() const { return static_cast<double>(window_samples) / sample_rate_hz; }
  /// Index of the highest bin of the FFT, k_max of the normalised frequency k / k_max.
  std::size_t max_frequency_index() const { return window_samples / 2; }
  bool operator==(const FeatureSettings&) const = default;
  /// False for what no program writes, such as groups of 0 bins.
  bool sound() const;
  /// Equal but for floor, noise margin and thinning, which choose bins and do not change what they
  /// mean.
  bool fits(const FeatureSettings& other) const;
};

/// The bins of one session. Frames and bins count from the session's start.
struct SessionFeatures {
  SessionInfo info;
  std::vector<std::complex<float>> stft;           ///< [bins, microphones], norm at most 1
  std::vector<std::uint32_t> frame;                ///< [bins], non-decreasing
  std::vector<std::uint16_t> frequency;            ///< [bins], FFT index
  std::vector<double> frame_time_s;                ///< [frames], centre of each frame
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor at the centre

  std::size_t bins() const { return frequency.size(); }
  std::size_t frames() const { return frame_time_s.size(); }
};

class FeaturesWriter {
 public:
  FeaturesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                 std::size_t microphones, const FeatureSettings& settings);
  void append(const SessionFeatures& session);
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
  const SessionInfo& info(std::size_t i) const { return infos_[i]; }
  std::size_t microphones() const { return microphones_; }
  const FeatureSettings& settings() const { return settings_; }
  std::size_t bins() const { return file_.rows("/bin/frequency"); }
  core::Provenance provenance() const { return io::read_provenance(file_); }
  const std::filesystem::path& path() const { return file_.path(); }

  /// @throws core::InputError on damaged data, frames out of order, bins that are not finite
  SessionFeatures read(std::size_t i) const;

  /// Refuses files that cannot be used together. @throws core::InputError naming both files
  void require_same_kind(const FeaturesReader& first) const;

 private:
  void check_bins(const SessionFeatures& session) const;

  io::Hdf5Reader file_;
  std::vector<SessionInfo> infos_;
  std::vector<RowRange> frames_;
  std::vector<RowRange> bins_;
  std::size_t microphones_ = 0;
  FeatureSettings settings_;
};

}  // namespace stage
