#include "evaluate/array_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <numeric>

#include "array/known_array.h"
#include "core/errors.h"
#include "core/quantile.h"
#include "localize/response_spectra.h"
#include "session/features.h"
#include "so3/grid.h"

namespace evaluate {
namespace {

constexpr std::size_t kDirections = 1000;
constexpr double kBandHz = 1000.0;

using Signature = std::vector<std::complex<double>>;

/// Makes the known array's signatures in one direction, one for each FFT index below `bins`.
using KnownSignatures =
    std::function<std::vector<Signature>(const Eigen::Vector3d& direction, std::size_t bins)>;

KnownSignatures measured_signatures(const array::Responses& responses,
                                    const session::FeatureSettings& settings) {
  const doa::MeasuredArray measured = localize::measured_array(
      responses, {settings.window_samples, settings.hop_samples}, settings.sample_rate_hz);
  return [measured](const Eigen::Vector3d& direction, std::size_t bins) {
    std::vector<std::complex<float>> H(measured.bins * measured.microphones);
    measured.response(direction, H);
    std::vector<Signature> signatures;
    for (std::size_t b = 0; b < bins; ++b) {
      const auto first = H.begin() + static_cast<std::ptrdiff_t>(b * measured.microphones);
      signatures.emplace_back(first, first + static_cast<std::ptrdiff_t>(measured.microphones));
    }
    return signatures;
  };
}

KnownSignatures open_signatures(const std::vector<Eigen::Vector3d>& position_m,
                                const session::FeatureSettings& settings, double speed_of_sound) {
  calib::EffectiveArray open;
  open.speed_of_sound = speed_of_sound;
  open.position_m = position_m;
  open.offset_m.assign(position_m.size(), 0.0);
  return [open, settings](const Eigen::Vector3d& direction, std::size_t bins) {
    std::vector<Signature> signatures(bins, Signature(open.size()));
    for (std::size_t b = 0; b < bins; ++b) {
      open.plane_wave(static_cast<double>(b) * settings.bin_hz(), direction, signatures[b]);
    }
    return signatures;
  };
}

/// Agreements of all directions and of the FFT indices from first to end (exclusive), by band.
std::vector<std::vector<double>> agreements_by_band(const calib::Calibration& learned,
                                                    const KnownSignatures& known, double bin_hz,
                                                    std::size_t first, std::size_t end) {
  std::vector<std::vector<double>> bands;
  Signature found(learned.array.size());
  for (const Eigen::Vector3d& direction : so3::fibonacci_grid(kDirections)) {
    const std::vector<Signature> truth = known(direction, end);
    for (std::size_t bin = first; bin < end; ++bin) {
      const double frequency_hz = static_cast<double>(bin) * bin_hz;
      const std::size_t band = static_cast<std::size_t>(frequency_hz / kBandHz);
      if (band >= bands.size()) bands.resize(band + 1);
      learned.signature(frequency_hz, direction, found);
      bands[band].push_back(calib::agreement(found, truth[bin]));
    }
  }
  return bands;
}

}  // namespace

std::vector<SignatureAgreement> compare_signatures(const calib::Calibration& learned,
                                                   const array::KnownArray& known,
                                                   const session::FeatureSettings& settings) {
  if (known.microphones() != learned.array.size()) {
    throw core::InputError(
        fmt::format("--compare: expected {} microphones as the model has, found {}",
                    learned.array.size(), known.microphones()));
  }
  const auto first =
      static_cast<std::size_t>(std::ceil(settings.min_frequency_hz / settings.bin_hz()));
  // The bin at half the sample rate is left out: its value is real and has no phase.
  const std::size_t end =
      std::min(settings.window_samples / 2,
               1 + static_cast<std::size_t>(settings.max_frequency_hz / settings.bin_hz()));
  const std::vector<std::vector<double>> bands = agreements_by_band(
      learned,
      known.responses ? measured_signatures(*known.responses, settings)
                      : open_signatures(known.position_m, settings, learned.array.speed_of_sound),
      settings.bin_hz(), first, end);
  std::vector<SignatureAgreement> result;
  double sum_so_far = 0.0;
  std::size_t count_so_far = 0;
  for (std::size_t band = 0; band < bands.size(); ++band) {
    if (bands[band].empty()) continue;
    const double sum = std::accumulate(bands[band].begin(), bands[band].end(), 0.0);
    sum_so_far += sum;
    count_so_far += bands[band].size();
    const double low_hz = kBandHz * static_cast<double>(band);
    result.push_back({std::max(low_hz, settings.min_frequency_hz),
                      std::min(low_hz + kBandHz, settings.max_frequency_hz),
                      sum / static_cast<double>(bands[band].size()),
                      core::quantile(bands[band], 0.1),
                      sum_so_far / static_cast<double>(count_so_far)});
  }
  return result;
}

}  // namespace evaluate
