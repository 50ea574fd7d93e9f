#include "array/responses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "array/response_window.h"
#include "core/errors.h"
#include "core/units.h"
#include "dsp/fractional_delay.h"
#include "dsp/resample.h"
#include "so3/rotation.h"

namespace array {
namespace {

constexpr double kOnsetShare = 0.1;           // of a response's energy
constexpr double kLongest_s = 1.0;            // longer responses and delays are not even cut
constexpr double kSameDirection = 1e-4;       // chord; 0.006 degrees
constexpr std::size_t kResamplePadding = 64;  // samples of silence on each side of a response

Eigen::Vector3d direction_of(const double* position, PositionType type, const std::string& place) {
  const Eigen::Vector3d p = type == PositionType::kCartesian
                                ? Eigen::Vector3d(position[0], position[1], position[2])
                                : so3::direction_from_angles(core::degrees_to_radians(position[0]),
                                                             core::degrees_to_radians(position[1]));
  if (!p.allFinite() || !(p.norm() > 1e-9)) {
    throw core::InputError(fmt::format("{}: expected a direction, found ({}, {}, {})", place,
                                       position[0], position[1], position[2]));
  }
  return p.normalized();
}

void check_sizes(const std::string& name, double rate, std::size_t positions, std::size_t values,
                 std::size_t receivers, std::size_t delays) {
  const std::size_t m = positions / 3;
  if (positions % 3 != 0 || m < 2) {
    throw core::InputError(
        fmt::format("{}: expected positions [M, 3] of at least 2 directions, found {} values", name,
                    positions));
  }
  if (receivers < 1 || receivers > kMaxReceivers || values == 0 || values % (m * receivers) != 0) {
    throw core::InputError(fmt::format(
        "{}: expected responses [{}, R, N] of 1 to {} receivers, found {} values for {} receivers",
        name, m, kMaxReceivers, values, receivers));
  }
  if (!(rate >= 4000.0 && rate <= 1e6)) {
    throw core::InputError(
        fmt::format("{}: expected a sample rate of 4 to 1000 kHz, found {} Hz", name, rate));
  }
  if (delays != 0 && delays != receivers && delays != m * receivers) {
    throw core::InputError(fmt::format("{}: expected delays [{}] or [{}, {}], found {} values",
                                       name, receivers, m, receivers, delays));
  }
}

/// Copies one response behind its delay. A delay that is not a whole number of samples is
/// interpolated.
void place(std::span<const double> response, double delay, std::span<float> target) {
  std::vector<float> plain(response.begin(), response.end());
  if (delay == std::floor(delay)) {
    std::copy(plain.begin(), plain.end(), target.begin() + static_cast<std::ptrdiff_t>(delay));
    return;
  }
  const dsp::FractionalDelay interpolator(64, 512);
  for (std::size_t n = 0; n < target.size(); ++n) {
    target[n] = interpolator.read(plain, static_cast<double>(n) - delay);
  }
}

/// Smallest and largest delay in whole samples.
struct DelayRange {
  double low = 0.0;  ///< 0 or negative
  double high = 0.0;

  double samples() const { return high - low; }
};

/// @throws core::InputError  on a delay that is not finite or makes responses of more than a second
DelayRange delay_range(const std::string& source_name, double rate, std::span<const double> delay) {
  DelayRange range;
  for (const double d : delay) {
    if (!(std::abs(d) <= kLongest_s * rate)) {
      throw core::InputError(fmt::format(
          "{}: expected delays of at most {} samples (one second), found {}; delays are in samples",
          source_name, kLongest_s * rate, d));
    }
    range.low = std::min(range.low, std::floor(d));
    range.high = std::max(range.high, std::ceil(d));
  }
  return range;
}

/// @param place  names the response in the message
void check_energy(std::span<const double> response, const std::string& place) {
  double energy = 0.0;
  for (const double value : response) energy += value * value;
  if (!(energy > 0.0) || !std::isfinite(energy)) {
    throw core::InputError(fmt::format("{} is {}", place, energy == 0.0 ? "silent" : "not finite"));
  }
}

/// Time by which kOnsetShare of the energy has come, in samples. The energy is integrated between
/// the samples: if a response moves by a fraction of a sample, its onset moves by the same
/// fraction.
double onset_of(std::span<const float> x, const dsp::FractionalDelay& interpolator) {
  constexpr std::size_t kSteps = 8;  // for each sample
  std::vector<double> energy{0.0};
  for (std::size_t i = 0; i < x.size() * kSteps; ++i) {
    const double value = interpolator.read(x, static_cast<double>(i) / kSteps);
    energy.push_back(energy.back() + value * value);
  }
  const double level = kOnsetShare * energy.back();
  const auto after = std::lower_bound(energy.begin(), energy.end(), level);
  const double share = (level - *(after - 1)) / (*after - *(after - 1));
  return (static_cast<double>(after - energy.begin()) - 1.0 + share) / kSteps;
}

}  // namespace

Responses make_responses(const std::string& source_name, double sample_rate_hz,
                         std::span<const double> source_position, PositionType type,
                         std::span<const double> ir, std::size_t receivers,
                         std::span<const double> delay) {
  check_sizes(source_name, sample_rate_hz, source_position.size(), ir.size(), receivers,
              delay.size());
  Responses responses;
  responses.name = source_name;
  responses.sample_rate_hz = sample_rate_hz;
  responses.receivers = receivers;
  const std::size_t m = source_position.size() / 3;
  const std::size_t length = ir.size() / (m * receivers);
  const DelayRange range = delay_range(source_name, sample_rate_hz, delay);
  responses.samples = length + static_cast<std::size_t>(range.samples());
  if (static_cast<double>(length) > kLongest_s * sample_rate_hz) {
    throw core::InputError(fmt::format(
        "{}: expected responses of at most {} ms, measured without a room; found {:.1f} ms",
        source_name, 1e3 * kMaxResponse_s, 1e3 * static_cast<double>(length) / sample_rate_hz));
  }
  responses.ir.assign(m * receivers * responses.samples, 0.0F);
  for (std::size_t i = 0; i < m; ++i) {
    responses.direction.push_back(direction_of(source_position.data() + 3 * i, type,
                                               fmt::format("{}: direction {}", source_name, i)));
    for (std::size_t r = 0; r < receivers; ++r) {
      const std::span<const double> one = ir.subspan((i * receivers + r) * length, length);
      check_energy(one,
                   fmt::format("{}: the response of direction {}, receiver {}", source_name, i, r));
      const double d =
          delay.empty() ? 0.0 : delay[delay.size() == receivers ? r : i * receivers + r];
      place(one, d - range.low,
            std::span(responses.ir)
                .subspan((i * receivers + r) * responses.samples, responses.samples));
    }
  }
  cut_to_window(source_name, responses);
  return responses;
}

ResponseInterpolator::ResponseInterpolator(const Responses& responses, double sample_rate_hz)
    : receivers_(responses.receivers), sample_rate_hz_(sample_rate_hz) {
  const double ratio = sample_rate_hz / responses.sample_rate_hz;
  const std::size_t padded = responses.samples + 2 * kResamplePadding;
  taps_ = kLead +
          static_cast<std::size_t>(std::ceil(static_cast<double>(responses.samples) * ratio)) + 32;
  const dsp::FractionalDelay interpolator(64, 512);
  std::vector<float> silence_around(padded);
  for (std::size_t i = 0; i < responses.direction.size(); ++i) {
    const auto same = [&](const Eigen::Vector3d& d) {
      return (d - responses.direction[i]).norm() < kSameDirection;
    };
    if (std::any_of(direction_.begin(), direction_.end(), same)) continue;
    direction_.push_back(responses.direction[i]);
    for (std::size_t r = 0; r < receivers_; ++r) {
      std::fill(silence_around.begin(), silence_around.end(), 0.0F);
      std::copy_n(responses.ir.begin() +
                      static_cast<std::ptrdiff_t>((i * receivers_ + r) * responses.samples),
                  responses.samples, silence_around.begin() + kResamplePadding);
      std::vector<float> h =
          dsp::resample(silence_around, 1, responses.sample_rate_hz, sample_rate_hz);
      // A response is a sampled function of time: each sample stands for 1 / ratio of the time.
      for (float& value : h) value = static_cast<float>(value / ratio);
      const double onset = onset_of(h, interpolator);
      onset_.push_back(onset);
      for (std::size_t j = 0; j < taps_; ++j) {
        aligned_.push_back(
            interpolator.read(h, onset + static_cast<double>(j) - static_cast<double>(kLead)));
      }
    }
  }
  const double mean =
      std::accumulate(onset_.begin(), onset_.end(), 0.0) / static_cast<double>(onset_.size());
  for (double& onset : onset_) onset -= mean;
}

double ResponseInterpolator::radius_m(double speed_of_sound) const {
  double radius = 0.0;
  for (std::size_t r = 0; r < receivers_; ++r) {
    double low = onset_[r];
    double high = onset_[r];
    for (std::size_t i = r; i < onset_.size(); i += receivers_) {
      low = std::min(low, onset_[i]);
      high = std::max(high, onset_[i]);
    }
    radius = std::max(radius, (high - low) / 2.0);
  }
  return radius / sample_rate_hz_ * speed_of_sound;
}

ResponseInterpolator::Weights ResponseInterpolator::weights(
    const Eigen::Vector3d& direction_sensor) const {
  std::vector<std::pair<double, std::size_t>> nearest;
  for (std::size_t i = 0; i < direction_.size(); ++i) {
    nearest.emplace_back((direction_[i] - direction_sensor).norm(), i);
  }
  const std::size_t count = std::min(kNeighbors, nearest.size());
  std::partial_sort(nearest.begin(), nearest.begin() + static_cast<std::ptrdiff_t>(count),
                    nearest.end());
  // Kernel matrix bordered by ones: the weights sum to 1.
  const Eigen::Index n = static_cast<Eigen::Index>(count);
  Eigen::MatrixXd kernel = Eigen::MatrixXd::Zero(n + 1, n + 1);
  Eigen::VectorXd target = Eigen::VectorXd::Ones(n + 1);
  Weights result;
  for (Eigen::Index a = 0; a < n; ++a) {
    result.neighbor.push_back(nearest[a].second);
    target[a] = nearest[a].first;
    kernel(a, n) = kernel(n, a) = 1.0;
    for (Eigen::Index b = 0; b < n; ++b) {
      kernel(a, b) = (direction_[nearest[a].second] - direction_[nearest[b].second]).norm();
    }
  }
  result.weight = kernel.partialPivLu().solve(target).head(n);
  return result;
}

void ResponseInterpolator::at(const Eigen::Vector3d& direction_sensor, Value& value) const {
  const Weights w = weights(direction_sensor);
  value.onset.assign(receivers_, 0.0);
  value.ir.assign(receivers_ * taps_, 0.0F);
  for (std::size_t k = 0; k < w.neighbor.size(); ++k) {
    const double weight = w.weight[static_cast<Eigen::Index>(k)];
    for (std::size_t r = 0; r < receivers_; ++r)
      value.onset[r] += weight * onset_[w.neighbor[k] * receivers_ + r];
    const float* aligned = aligned_.data() + w.neighbor[k] * receivers_ * taps_;
    for (std::size_t j = 0; j < value.ir.size(); ++j)
      value.ir[j] += static_cast<float>(weight) * aligned[j];
  }
}

}  // namespace array
