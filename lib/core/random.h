/// Counter-based random numbers: any session or step can be drawn alone, in any order, on any
/// machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace core {

/// What a stream of random numbers is for. Two purposes never share numbers. Values are part of the
/// file format (same seed, same bytes): append, never renumber.
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
  kOrientationDrift = 40,
};

/// One stream of Philox4x32-10 (Salmon et al. 2011) under key `seed`, counter (block, purpose, a,
/// b). A stream is a value: copy it to replay it. At most 2^34 words a stream.
class RandomStream {
 public:
  /// @param a, b  which stream of that purpose: usually session and source, or step and interval
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t a = 0, std::uint32_t b = 0);

  /// 32 uniformly random bits.
  std::uint32_t next();
  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, count), without bias; count >= 1.
  std::uint64_t index(std::uint64_t count);
  /// Standard normal (Box-Muller).
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
