/// Watches the channels of a stream for microphones that are dead.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "ingest/channel_check.h"

namespace ingest {

/// Names each channel at most once: when it stays at one value for two seconds while others do not,
/// or when, after 60 frames of loud sound, it is a copy or shares no sound with the others.
class ChannelWatch {
 public:
  /// @param resolution  smallest difference of two samples
  ChannelWatch(std::size_t channels, double sample_rate_hz, double resolution);

  /// Takes the next samples. @param samples  [n, channels]
  /// @return  messages about channels that were not named before
  std::vector<std::string> add(std::span<const float> samples);
  /// Judges what has come. @return  as add()
  std::vector<std::string> finish();

 private:
  void end_frame();
  void judge();
  void name(std::size_t channel, const std::string& reason);
  void watch_values(std::span<const float> frame);

  std::size_t channels_;
  double rate_hz_;
  ChannelCheck check_;
  std::vector<float> frame_;         ///< Samples of the frame that is not complete.
  std::vector<double> mean_energy_;  ///< [channels], over all frames so far.
  std::size_t frames_ = 0;
  std::vector<float> last_;        ///< [channels], last value.
  std::vector<std::size_t> same_;  ///< [channels], samples since the value changed.
  std::vector<bool> named_;
  bool judged_ = false;
  std::vector<std::string> messages_;
};

}  // namespace ingest
