/// Finds microphones of a features file that cannot be microphones of the array.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dsp/common_sound.h"
#include "session/features.h"

namespace features {

/// A microphone that is dead, for messages.
struct DeadMicrophone {
  std::size_t number = 0;  ///< Counted from 1.
  std::string reason;
};

/// Listens to bins of many sessions: a microphone is dead if it has next to no energy, or if it
/// shares no sound with the others (dsp::CommonSound over blocks of frames).
class MicrophoneCheck {
 public:
  /// More blocks are not needed; fewer than the least show too little to judge.
  static constexpr std::size_t kMostBlocks = 480;
  static constexpr std::size_t kLeastBlocks = 320;

  MicrophoneCheck(std::size_t microphones, const session::FeatureSettings& settings);

  /// Adds blocks of one session, until there are enough.
  /// @param blocks  largest number of blocks that are taken from this session
  void add(const session::Features& session, std::size_t blocks);
  bool enough() const { return blocks_ >= kMostBlocks; }
  /// The dead microphones; all of them if no two share sound.
  std::vector<DeadMicrophone> dead() const;

 private:
  void add_block(const session::Features& session, std::size_t first_bin, std::size_t end_bin);

  std::size_t microphones_;
  bool long_enough_;  ///< The frames are long enough to compare delays.
  dsp::CommonSound common_;
  std::size_t blocks_ = 0;
  double bins_ = 0.0;
  std::vector<double> share_;                   ///< [microphones], sum of |y|^2 over bins
  std::vector<dsp::CommonSound::Count> count_;  ///< [microphones, microphones], lower triangle
  std::vector<std::complex<float>> product_;    ///< [FFT bins]
};

}  // namespace features
