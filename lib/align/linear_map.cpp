#include "align/linear_map.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace align {
namespace {

constexpr double kBandEdgesHz[] = {340.0, 700.0, 1200.0, 2000.0, 3500.0};
constexpr std::size_t kBands = std::size(kBandEdgesHz) - 1;
constexpr std::size_t kMostMicrophones = 8;
constexpr double kMinBandBins = 4.0;  ///< of a block, in every band

constexpr Eigen::Index kComponents = 16;
constexpr double kLeastVariance = 1e-4;     ///< of a component, over that of the first
constexpr Eigen::Index kMinBlocks = 200;    ///< 10 s of sound
constexpr Eigen::Index kMinBlocksEach = 5;  ///< of an interval

/// Sums of one block, [bands] of microphones and pairs.
class BlockSums {
 public:
  explicit BlockSums(std::size_t microphones) {
    const std::size_t used = std::min(microphones, kMostMicrophones);
    for (std::size_t i = 0; i < used; ++i) chosen_.push_back(i * microphones / used);
    per_band_ = static_cast<Eigen::Index>(used * (used + 1) / 2);
    clear();
  }

  Eigen::Index size() const { return static_cast<Eigen::Index>(kBands) * per_band_; }
  void clear() {
    sum_ = Eigen::VectorXd::Zero(size());
    count_ = Eigen::VectorXd::Zero(kBands);
  }

  void add(std::span<const std::complex<float>> y, double frequency_hz) {
    const auto* edge = std::ranges::upper_bound(kBandEdgesHz, frequency_hz);
    if (edge == std::begin(kBandEdgesHz) || edge == std::end(kBandEdgesHz)) return;
    const Eigen::Index band = edge - std::begin(kBandEdgesHz) - 1;
    Eigen::Index at = band * per_band_;
    for (std::size_t a = 0; a < chosen_.size(); ++a) {
      sum_[at++] += std::norm(y[chosen_[a]]);
      for (std::size_t b = a + 1; b < chosen_.size(); ++b) {
        sum_[at++] += (y[chosen_[a]] * std::conj(y[chosen_[b]])).imag();
      }
    }
    count_[band] += 1.0;
  }

  bool enough() const { return count_.minCoeff() >= kMinBandBins; }
  Eigen::VectorXd means() const {
    Eigen::VectorXd mean = sum_;
    for (Eigen::Index band = 0; band < count_.size(); ++band) {
      mean.segment(band * per_band_, per_band_) /= count_[band];
    }
    return mean;
  }

 private:
  std::vector<std::size_t> chosen_;
  Eigen::Index per_band_ = 0;
  Eigen::VectorXd sum_;
  Eigen::VectorXd count_;
};

Eigen::Index count_blocks(std::span<const IntervalSpectra> intervals) {
  Eigen::Index blocks = 0;
  for (const IntervalSpectra& interval : intervals) blocks += interval.feature.rows();
  return blocks;
}

}  // namespace

IntervalSpectra interval_spectra(std::span<const std::complex<float>> stft,
                                 std::span<const std::uint32_t> frame,
                                 std::span<const std::uint16_t> frequency, double bin_width_hz,
                                 std::size_t frames, std::size_t microphones) {
  BlockSums sums(microphones);
  IntervalSpectra interval;
  std::vector<Eigen::VectorXd> features;
  std::size_t bin = 0;
  for (std::size_t first = 0; first + kBlockFrames <= frames; first += kBlockFrames) {
    sums.clear();
    for (; bin < frame.size() && frame[bin] < first + kBlockFrames; ++bin) {
      sums.add(stft.subspan(bin * microphones, microphones), bin_width_hz * frequency[bin]);
    }
    if (!sums.enough()) continue;
    features.push_back(sums.means());
    interval.frame.push_back(static_cast<std::uint32_t>(first));
  }
  interval.feature.resize(static_cast<Eigen::Index>(features.size()), sums.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    interval.feature.row(static_cast<Eigen::Index>(i)) = features[i].transpose();
  }
  return interval;
}

Eigen::MatrixXd Whitening::apply(const Eigen::MatrixXd& feature) const {
  return (feature.rowwise() - mean.transpose()) * projection;
}

bool enough_blocks(std::span<const IntervalSpectra> intervals) {
  return count_blocks(intervals) >= kMinBlocks;
}

Whitening fit_whitening(std::span<const IntervalSpectra> intervals) {
  if (!enough_blocks(intervals)) {
    throw core::InputError(
        "less than 10 s of sound from 340 to 3500 Hz in all microphones: record more");
  }
  const Eigen::Index features = intervals.front().feature.cols();
  const auto count = static_cast<double>(count_blocks(intervals));
  Whitening result;
  result.mean = Eigen::VectorXd::Zero(features);
  for (const IntervalSpectra& i : intervals) {
    result.mean += i.feature.colwise().sum().transpose() / count;
  }
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(features, features);
  for (const IntervalSpectra& i : intervals) {
    const Eigen::MatrixXd centered = i.feature.rowwise() - result.mean.transpose();
    covariance += centered.transpose() * centered / count;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
  const Eigen::VectorXd& variance = eigen.eigenvalues();  // rising
  Eigen::Index used = 1;
  while (used < std::min(kComponents, features) &&
         variance[features - 1 - used] > kLeastVariance * variance[features - 1]) {
    ++used;
  }
  result.projection = eigen.eigenvectors().rightCols(used) *
                      variance.tail(used).cwiseMax(1e-30).array().rsqrt().matrix().asDiagonal();
  return result;
}

LinearAgreement::LinearAgreement(std::size_t components) {
  const auto size = static_cast<Eigen::Index>(3 * components);
  S_ = Eigen::MatrixXd::Zero(size, size);
}

void LinearAgreement::add(const Eigen::MatrixXd& white, const BlockRotation& rotation) {
  const Eigen::Index components = white.cols();
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(3, 3 * components);
  Eigen::Index known = 0;
  Eigen::Matrix3d R;
  for (Eigen::Index t = 0; t < white.rows(); ++t) {
    if (!rotation(static_cast<std::size_t>(t), R)) continue;
    for (int c = 0; c < 3; ++c) {
      A.middleCols(c * components, components) += R.col(c) * white.row(t);
    }
    ++known;
  }
  if (known < kMinBlocksEach) return;
  S_ += A.transpose() * A / static_cast<double>(known);
  blocks_ += static_cast<double>(known);
}

double LinearAgreement::best() const {
  if (blocks_ == 0.0) return 0.0;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(S_, Eigen::EigenvaluesOnly);
  return eigen.eigenvalues().tail<1>()[0] / blocks_;
}

Eigen::MatrixXd LinearAgreement::best_map() const {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(S_);
  return eigen.eigenvectors().rightCols<1>().reshaped<Eigen::RowMajor>(3, S_.cols() / 3);
}

double LinearAgreement::of_map(const Eigen::MatrixXd& W) const {
  const Eigen::VectorXd w = W.reshaped<Eigen::RowMajor>();
  return blocks_ > 0.0 ? w.dot(S_ * w) / (blocks_ * w.squaredNorm()) : 0.0;
}

}  // namespace align
