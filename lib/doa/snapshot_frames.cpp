#include "doa/snapshot_frames.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace doa {
namespace {

constexpr float kSmallestMask = 0.01f;  // rad

}  // namespace

SnapshotFrames::SnapshotFrames(std::size_t frames, std::size_t frequencies, std::size_t microphones,
                               MatchScore match)
    : frequencies_(frequencies),
      microphones_(microphones),
      match_(match),
      real_(frames * frequencies * microphones),
      imag_(real_.size()),
      weight_(frames * frequencies) {}

void SnapshotFrames::set(std::size_t frame, std::size_t k, std::span<const std::complex<float>> v,
                         float weight) {
  double power = 0.0;
  for (const std::complex<float>& value : v) power += std::norm(std::complex<double>(value));
  const std::size_t row = frame * frequencies_ + k;
  weight_[row] = power > 0.0 ? weight : 0.0f;
  const double scale = power > 0.0 ? 1.0 / std::sqrt(power) : 0.0;
  for (std::size_t m = 0; m < v.size(); ++m) {
    real_[row * v.size() + m] = static_cast<float>(scale * static_cast<double>(v[m].real()));
    imag_[row * v.size() + m] = static_cast<float>(scale * static_cast<double>(v[m].imag()));
  }
}

void SnapshotFrames::mask_softly(double alpha, std::size_t frame,
                                 std::span<const float> best_match) {
  for (std::size_t k = 0; k < frequencies_; ++k) {
    const float smallest = std::max(std::acos(std::sqrt(best_match[k])), kSmallestMask);
    weight_[frame * frequencies_ + k] *=
        static_cast<float>(std::pow(static_cast<double>(smallest), -alpha));
  }
}

bool SnapshotFrames::active(std::size_t frame) const {
  const auto first = weight_.begin() + static_cast<std::ptrdiff_t>(frame * frequencies_);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(frequencies_),
                     [](float weight) { return weight > 0.0f; });
}

ScoreBounds SnapshotFrames::bounds(std::size_t frame) const {
  double sum = 0.0;
  for (std::size_t k = 0; k < frequencies_; ++k) sum += weight(frame, k);
  switch (match_) {
    case MatchScore::kAngle:
      return {-0.5 * std::numbers::pi * sum, 0.0};
    case MatchScore::kInverse:
      return {sum / (1.0 + kMusicFloor), sum / kMusicFloor};
    case MatchScore::kPower:
      break;
  }
  return {0.0, sum};
}

}  // namespace doa
