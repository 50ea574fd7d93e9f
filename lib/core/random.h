/// Counter-based random numbers. The numbers of any session or step can be drawn alone, in any
/// order, on any machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace core {

/// Purpose of a stream of random numbers. Two purposes never share numbers. The same seed must give
/// the same bytes in later versions: append new purposes and never renumber.
enum class Purpose : std::uint32_t {
  kTest = 0,
  kSessionMotion = 1,
  kSessionSource = 2,
  kSessionRoom = 3,
  kSessionNoise = 4,
  kSessionSpeech = 5,
  kImageJitter = 6,
  kSensorMismatch = 7,
  kImu = 8,
  kNetworkInit = 9,
  kBatchOrder = 10,
  kBreakPoint = 11,
  kBinChoice = 12,
  kBootstrap = 13,
  kShuffleSpeech = 14,
  kInterferer = 15,
  kDiffuseNoise = 16,
  kOrientationDrift = 40,
};

/// One stream of Philox4x32-10 (Salmon et al. 2011). Its key is the seed, its counter is (block,
/// purpose, a, b). A stream is a value: a copy repeats the numbers that follow. A stream has 2^34
/// words of 32 bits.
class RandomStream {
 public:
  /// @param a, b  number of the stream of this purpose: usually session and source, or step and
  ///              interval
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t a = 0, std::uint32_t b = 0);

  /// The next 32 random bits.
  std::uint32_t next();
  /// A uniformly distributed number in [0, 1) with 53 random bits.
  double uniform();
  /// A uniformly distributed number in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// A uniformly distributed integer in [0, count), without bias; count must be at least 1.
  std::uint64_t index(std::uint64_t count);
  /// A number of the standard normal distribution (Box-Muller).
  double normal();

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
  bool has_spare_ = false;
  double spare_normal_ = 0.0;
};

}  // namespace core
