#include "calib/first_positions.h"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "core/errors.h"

namespace calib {
namespace {

constexpr double kLatticeWavelengths = 0.2;  // step of the lattice, in shortest wavelengths
constexpr double kSearchBand = 1.1;
constexpr std::size_t kFewestSearchBins = 300;
constexpr double kBandRatio = 1.5;  // highest frequency of a round over that of the round before
constexpr int kStepsPerBand = 3;
constexpr double kKappa = 2.0;  // suppresses phase errors beyond about 40 degrees
constexpr double kTwoPi = 2.0 * std::numbers::pi;

/// A bin with the values that all pairs of microphones need.
struct PairBin {
  double frequency_hz = 0.0;
  double k = 0.0;  ///< wave number, rad/m
  Eigen::Vector3d d;
  std::size_t bin = 0;
  float weight = 0.0F;
};

std::vector<PairBin> usable_bins(const Observations& data, double speed_of_sound) {
  std::vector<PairBin> bins;
  for (const Interval& recording : data.recordings) {
    for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
      if (!(data.weight[b] > 0.0F) || data.frequency[b] == 0) continue;
      const double f = data.frequency_hz(b);
      bins.push_back(
          {f, kTwoPi * f / speed_of_sound, data.direction_sensor(recording, b), b, data.weight[b]});
    }
  }
  std::stable_sort(bins.begin(), bins.end(), [](const PairBin& a, const PairBin& b) {
    return a.frequency_hz < b.frequency_hz;
  });
  return bins;
}

/// At most `count` of the bins, evenly spread.
std::vector<PairBin> thinned(std::span<const PairBin> bins, std::size_t count) {
  if (bins.size() <= count) return {bins.begin(), bins.end()};
  std::vector<PairBin> kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(bins[i * bins.size() / count]);
  return kept;
}

/// The bins of the lowest frequencies: all bins up to 10 % above the lowest frequency, and more
/// until there are kFewestSearchBins. The size of the lattice grows with the cube of the highest
/// frequency.
std::vector<PairBin> lowest_bins(std::span<const PairBin> bins, std::size_t most) {
  const double band_hz = kSearchBand * bins.front().frequency_hz;
  std::size_t count = std::min(bins.size(), kFewestSearchBins);
  while (count < bins.size() && bins[count].frequency_hz <= band_hz) ++count;
  return thinned(bins.first(count), most);
}

/// Unit phasor of microphone m relative to microphone 1; 0 if one of them is silent.
std::complex<double> pair_phasor(const Observations& data, std::size_t bin, std::size_t m) {
  const std::complex<float>* y = &data.bin[bin * data.microphones];
  const std::complex<double> product =
      std::complex<double>(y[m]) * std::conj(std::complex<double>(y[0]));
  const double power = std::norm(product);
  return power > 0.0 ? product / std::sqrt(power) : 0.0;
}

/// Points i, j, l times `step_m` within a ball.
struct Lattice {
  double step_m = 0.0;
  int half = 0;  ///< i, j and l run from -half to half
  std::vector<std::array<int, 3>> points;

  Lattice(double reach_m, double step) : step_m(step) {
    half = static_cast<int>(std::ceil(reach_m / step_m));
    for (int i = -half; i <= half; ++i) {
      for (int j = -half; j <= half; ++j) {
        for (int l = -half; l <= half; ++l) {
          if (at({i, j, l}).norm() <= reach_m) points.push_back({i, j, l});
        }
      }
    }
  }

  Eigen::Vector3d at(const std::array<int, 3>& point) const {
    return step_m * Eigen::Vector3d(point[0], point[1], point[2]);
  }
};

/// exp(i k <p, d>) of one bin on a lattice's points p: a product of one phasor for each axis.
class LatticePhasors {
 public:
  LatticePhasors(const Lattice& lattice, const PairBin& bin) : half_(lattice.half) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      for (int i = -half_; i <= half_; ++i) {
        const double angle = bin.k * lattice.step_m * i * bin.d[static_cast<Eigen::Index>(axis)];
        along_[axis].push_back(std::polar(1.0, angle));
      }
    }
  }

  std::complex<double> at(const std::array<int, 3>& point) const {
    const auto axis = [&](std::size_t a) {
      return along_[a][static_cast<std::size_t>(point[a] + half_)];
    };
    return axis(0) * axis(1) * axis(2);
  }

 private:
  int half_;
  std::array<std::vector<std::complex<double>>, 3> along_;
};

/// Best lattice point of every microphone but the first.
std::vector<Eigen::Vector3d> search_ball(const Observations& data, std::span<const PairBin> bins,
                                         double reach_m, core::ThreadPool& pool) {
  const std::size_t microphones = data.microphones;
  const Lattice lattice(reach_m, kLatticeWavelengths * kTwoPi / bins.back().k);
  std::vector<LatticePhasors> model;
  std::vector<std::complex<double>> phasor(bins.size() * microphones);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    model.emplace_back(lattice, bins[i]);
    for (std::size_t m = 1; m < microphones; ++m) {
      phasor[i * microphones + m] =
          static_cast<double>(bins[i].weight) * pair_phasor(data, bins[i].bin, m);
    }
  }
  const std::size_t points = lattice.points.size();
  std::vector<double> score(points * microphones, 0.0);
  constexpr std::size_t kShards = 32;
  pool.for_each_shard(kShards, [&](std::size_t shard) {
    for (std::size_t p = shard; p < points; p += kShards) {
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const std::complex<double> e = model[i].at(lattice.points[p]);
        for (std::size_t m = 1; m < microphones; ++m) {
          const std::complex<double>& v = phasor[i * microphones + m];
          score[p * microphones + m] += e.real() * v.real() + e.imag() * v.imag();
        }
      }
    }
  });
  std::vector<Eigen::Vector3d> best(microphones, Eigen::Vector3d::Zero());
  for (std::size_t m = 1; m < microphones; ++m) {
    std::size_t at = 0;
    for (std::size_t p = 1; p < points; ++p) {
      if (score[p * microphones + m] > score[at * microphones + m]) at = p;
    }
    best[m] = lattice.at(lattice.points[at]);
  }
  return best;
}

/// One Gauss-Newton step for (position, offset) of one microphone relative to the first.
Eigen::Vector4d pair_step(const Observations& data, std::span<const PairBin> bins, std::size_t m,
                          const Eigen::Vector4d& position) {
  Eigen::Matrix4d H = Eigen::Matrix4d::Zero();
  Eigen::Vector4d r = Eigen::Vector4d::Zero();
  for (const PairBin& b : bins) {
    const std::complex<double> phasor = pair_phasor(data, b.bin, m);
    if (phasor == 0.0) continue;
    const Eigen::Vector4d kd = b.k * Eigen::Vector4d(b.d.x(), b.d.y(), b.d.z(), 1.0);
    const std::complex<double> error = phasor * std::polar(1.0, -kd.dot(position));
    const double weight = static_cast<double>(b.weight) * std::exp(kKappa * (error.real() - 1.0));
    H += weight * kd * kd.transpose();
    r += weight * error.imag() * kd;
  }
  H.diagonal().array() += 1e-9 * H.trace() + 1e-12;
  return H.ldlt().solve(r);
}

}  // namespace

EffectiveArray find_first_positions(const Observations& data, const FirstPositionOptions& options,
                                    core::ThreadPool& pool) {
  const std::vector<PairBin> bins = usable_bins(data, options.speed_of_sound);
  if (bins.size() < kFewestCalibrationBins) {
    throw core::InputError(
        fmt::format("calibration: expected {} or more bins with a direction, found {}; record "
                    "longer, or train until the map is learned",
                    kFewestCalibrationBins, bins.size()));
  }
  const std::vector<PairBin> lowest = lowest_bins(bins, options.search_bins);
  const std::vector<Eigen::Vector3d> start = search_ball(data, lowest, options.reach_m, pool);
  EffectiveArray result;
  result.speed_of_sound = options.speed_of_sound;
  result.position_m.assign(data.microphones, Eigen::Vector3d::Zero());
  result.offset_m.assign(data.microphones, 0.0);
  pool.for_each_shard(data.microphones, [&](std::size_t m) {
    if (m == 0) return;
    Eigen::Vector4d position(start[m].x(), start[m].y(), start[m].z(), 0.0);
    for (double top = lowest.back().frequency_hz;; top *= kBandRatio) {
      const auto end =
          std::upper_bound(bins.begin(), bins.end(), top,
                           [](double hz, const PairBin& b) { return hz < b.frequency_hz; });
      const std::vector<PairBin> band = thinned(std::span(bins.begin(), end), options.pair_bins);
      for (int i = 0; i < kStepsPerBand; ++i) position += pair_step(data, band, m, position);
      if (end == bins.end()) break;
    }
    result.position_m[m] = position.head<3>();
    result.offset_m[m] = position[3];
  });
  result.center();
  return result;
}

}  // namespace calib
