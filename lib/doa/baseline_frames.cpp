#include "doa/baseline_frames.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <complex>

#include "core/errors.h"
#include "core/units.h"

namespace doa {
namespace {

double power_of(const StftView& stft, std::size_t frame, std::size_t bin) {
  const std::complex<float>* y = stft.at(frame, bin);
  double power = 0.0;
  for (std::size_t m = 0; m < stft.microphones; ++m) power += std::norm(std::complex<double>(y[m]));
  return power;
}

}  // namespace

BinRange bin_range(std::size_t bins, double bin_hz, const BaselineOptions& options) {
  BinRange range;
  range.stride = options.bin_stride;
  range.first = static_cast<std::size_t>(std::ceil(options.min_hz / bin_hz - 1e-9));
  const double last =
      std::min(std::floor(options.max_hz / bin_hz + 1e-9), static_cast<double>(bins) - 1.0);
  if (last < static_cast<double>(range.first)) {
    throw core::InputError(
        fmt::format("baselines: expected bins between {} and {} Hz, found {} bins {} Hz apart",
                    options.min_hz, options.max_hz, bins, bin_hz));
  }
  range.count = (static_cast<std::size_t>(last) - range.first) / options.bin_stride + 1;
  return range;
}

SelectedBins select_bins(const StftView& stft, const BaselineOptions& options) {
  SelectedBins bins;
  bins.range = bin_range(stft.bins, stft.bin_hz, options);
  const double floor = core::decibels_to_power(options.floor_db);
  bins.weight.resize(stft.frames * bins.range.count);
  std::vector<double> power(stft.frames);
  for (std::size_t k = 0; k < bins.range.count; ++k) {
    double largest = 0.0;
    for (std::size_t n = 0; n < stft.frames; ++n) {
      power[n] = power_of(stft, n, bins.range.bin(k));
      largest = std::max(largest, power[n]);
    }
    for (std::size_t n = 0; n < stft.frames; ++n) {
      const bool used = power[n] > 0.0 && power[n] >= floor * largest;
      bins.weight[n * bins.range.count + k] = used ? 1.0f : 0.0f;
    }
  }
  return bins;
}

SteeringSetup steering_setup(const StftView& stft, std::span<const Eigen::Vector3d> position_m,
                             const BinRange& range, double speed_of_sound) {
  return {{position_m.begin(), position_m.end()},
          static_cast<double>(range.first) * stft.bin_hz,
          static_cast<double>(range.stride) * stft.bin_hz,
          range.count,
          speed_of_sound};
}

PhaseFrames frame_phases(const StftView& stft, const SelectedBins& bins,
                         const SteeringSetup& setup) {
  PhaseFrames frames(setup, stft.frames);
  std::vector<std::complex<float>> spectrum(bins.range.count * stft.microphones);
  for (std::size_t n = 0; n < stft.frames; ++n) {
    for (std::size_t k = 0; k < bins.range.count; ++k) {
      std::copy_n(stft.at(n, bins.range.bin(k)), stft.microphones, &spectrum[k * stft.microphones]);
    }
    frames.set(n, spectrum, std::span(bins.weight).subspan(n * bins.range.count, bins.range.count));
  }
  return frames;
}

WindowPhases window_phases(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                           bool whiten_frames) {
  const std::size_t count = bins.range.count;
  std::vector<std::complex<double>> sum(count * stft.microphones);
  WindowPhases phases{std::vector<std::complex<float>>(sum.size()),
                      std::vector<float>(count, 0.0f)};
  for (std::size_t n = frames.first; n < frames.last; ++n) {
    for (std::size_t k = 0; k < count; ++k) {
      if (bins.weight[n * count + k] == 0.0f) continue;
      phases.weight[k] = 1.0f;
      const std::complex<float>* y = stft.at(n, bins.range.bin(k));
      const double re = y[0].real(), im = y[0].imag();
      for (std::size_t m = 0; m < stft.microphones; ++m) {
        const double a = y[m].real(), b = y[m].imag();
        std::complex<double> cross(a * re + b * im, b * re - a * im);
        const double magnitude = std::abs(cross);
        if (whiten_frames && magnitude > 0.0) cross /= magnitude;
        sum[k * stft.microphones + m] += cross;
      }
    }
  }
  // Only phases are wanted: scaled to length one while still in double, no product can leave a
  // float's range.
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double magnitude = std::abs(sum[i]);
    if (magnitude > 0.0) phases.phasor[i] = std::complex<float>(sum[i] / magnitude);
  }
  return phases;
}

void set_phases(const WindowPhases& phases, std::size_t out_frame, SnapshotFrames& out) {
  const std::size_t microphones = phases.phasor.size() / phases.weight.size();
  for (std::size_t k = 0; k < phases.weight.size(); ++k) {
    const auto u = std::span(phases.phasor).subspan(k * microphones, microphones);
    const bool whole = std::none_of(u.begin(), u.end(), [](const auto& x) { return x == 0.0f; });
    out.set(out_frame, k, u, whole ? phases.weight[k] : 0.0f);
  }
}

void set_snapshots(const StftView& stft, const SelectedBins& bins, SnapshotFrames& out) {
  for (std::size_t n = 0; n < stft.frames; ++n) {
    for (std::size_t k = 0; k < bins.range.count; ++k) {
      out.set(n, k, {stft.at(n, bins.range.bin(k)), stft.microphones},
              bins.weight[n * bins.range.count + k]);
    }
  }
}

void set_principal(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                   std::size_t out_frame, SnapshotFrames& out) {
  const Eigen::Index microphones = static_cast<Eigen::Index>(stft.microphones);
  Eigen::MatrixXcd covariance(microphones, microphones);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(microphones);
  std::vector<std::complex<float>> principal(stft.microphones);
  for (std::size_t k = 0; k < bins.range.count; ++k) {
    covariance.setZero();
    for (std::size_t n = frames.first; n < frames.last; ++n) {
      if (bins.weight[n * bins.range.count + k] == 0.0f) continue;
      const Eigen::VectorXcd y =
          Eigen::Map<const Eigen::VectorXcf>(stft.at(n, bins.range.bin(k)), microphones)
              .cast<std::complex<double>>();
      covariance.selfadjointView<Eigen::Lower>().rankUpdate(y);
    }
    const double power = covariance.diagonal().real().sum();
    if (power > 0.0) solver.compute(covariance / power);
    for (Eigen::Index m = 0; m < microphones; ++m) {
      // Eigenvalues rise: the last vector belongs to the largest.
      principal[static_cast<std::size_t>(m)] =
          power > 0.0 ? std::complex<float>(solver.eigenvectors()(m, microphones - 1)) : 0.0f;
    }
    out.set(out_frame, k, principal, 1.0f);
  }
}

}  // namespace doa
