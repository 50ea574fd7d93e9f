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
/// Version 2 has every bin as it is, with its energy and rise; those of version 1 may be chosen and
/// smoothed.
inline constexpr int kFeaturesVersion = 2;

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

  double hop_s() const { return static_cast<double>(hop_samples) / sample_rate_hz; }
  /// Between neighbouring bins of the FFT.
  double bin_hz() const { return sample_rate_hz / static_cast<double>(window_samples); }
  double window_s() const { return static_cast<double>(window_samples) / sample_rate_hz; }
  /// Index of the highest bin of the FFT, k_max of the normalised frequency k / k_max.
  std::size_t max_frequency_index() const { return window_samples / 2; }
  bool operator==(const FeatureSettings&) const = default;
  /// False for what no program writes, such as a hop of 0 samples.
  bool sound() const;
  /// Equal but for floor and noise margin, which choose bins and do not change what they mean.
  bool fits(const FeatureSettings& other) const;
};

/// The bins of one session. Frames and bins count from the session's start.
struct SessionFeatures {
  SessionInfo info;
  std::vector<std::complex<float>> stft;           ///< [bins, microphones], unit norm (what
                                                   ///< network_bins() smooths: at most 1)
  std::vector<std::uint32_t> frame;                ///< [bins], non-decreasing
  std::vector<std::uint16_t> frequency;            ///< [bins], FFT index
  std::vector<float> energy;                       ///< [bins], over the microphones
  std::vector<float> rise;                         ///< [bins], over what sounded before (PastSound)
  std::vector<double> frame_time_s;                ///< [frames], centre of each frame
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor at the centre

  std::size_t bins() const { return frequency.size(); }
  std::size_t frames() const { return frame_time_s.size(); }
  /// 0 without bins.
  std::size_t microphones() const { return bins() == 0 ? 0 : stft.size() / bins(); }
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
  /// Where the session's bins are: frame and frequency alone, the rest empty.
  SessionFeatures read_places(std::size_t i) const;

  /// Refuses files that cannot be used together. @throws core::InputError naming both files
  void require_same_kind(const FeaturesReader& first) const;

 private:
  void check_places(const SessionFeatures& session) const;
  void check_values(const SessionFeatures& session) const;

  io::Hdf5Reader file_;
  std::vector<SessionInfo> infos_;
  std::vector<RowRange> frames_;
  std::vector<RowRange> bins_;
  std::size_t microphones_ = 0;
  FeatureSettings settings_;
};

}  // namespace stage
