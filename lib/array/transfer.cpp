#include "array/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "core/errors.h"
#include "dsp/fft.h"

namespace array {
namespace {

constexpr std::size_t kFewestFrequencies = 8;
constexpr std::size_t kMostBins = std::size_t{1} << 14;
constexpr double kUneven = 0.01;  // of the spacing
using Complex = std::complex<double>;

/// Index of the lowest frequency in units of the spacing. @throws core::InputError
std::size_t lowest_bin(const std::string& name, std::span<const double> f) {
  if (f.size() < kFewestFrequencies) {
    throw core::InputError(
        fmt::format("{}: expected transfer functions at {} or more frequencies, "
                    "found {}",
                    name, kFewestFrequencies, f.size()));
  }
  const double spacing = (f.back() - f.front()) / static_cast<double>(f.size() - 1);
  const double first = std::round(f.front() / spacing);
  bool even = spacing > 0.0 && f.front() >= 0.0 && std::isfinite(f.back());
  for (std::size_t i = 0; even && i < f.size(); ++i) {
    even = std::abs(f[i] - spacing * (first + static_cast<double>(i))) < kUneven * spacing;
  }
  if (!even) {
    throw core::InputError(fmt::format(
        "{}: expected frequencies at whole multiples of one spacing, found {} values from {} to {} "
        "Hz that are not; interpolate them to an even spacing",
        name, f.size(), f.front(), f.back()));
  }
  if (first + static_cast<double>(f.size()) > static_cast<double>(kMostBins)) {
    throw core::InputError(
        fmt::format("{}: expected at most {} multiples of the spacing of the frequencies, found {}",
                    name, kMostBins, first + static_cast<double>(f.size())));
  }
  return static_cast<std::size_t>(first);
}

/// Fills the bins below `first`: the magnitude stays, the phase goes straight to a multiple of pi.
void extrapolate_down(std::span<Complex> bins, std::size_t first) {
  constexpr std::size_t kSlopeBins = 8;
  Complex turn = 0.0;
  for (std::size_t k = first; k + 1 < std::min(bins.size(), first + kSlopeBins); ++k)
    turn += bins[k + 1] * std::conj(bins[k]);
  const double phase = std::arg(bins[first]);
  const double steps = static_cast<double>(first);
  const double at_zero = phase - steps * std::arg(turn);
  const double real_at_zero = std::round(at_zero / std::numbers::pi) * std::numbers::pi;
  for (std::size_t k = 0; k < first; ++k) {
    const double share = static_cast<double>(k) / steps;
    bins[k] = std::polar(std::abs(bins[first]), real_at_zero + share * (phase - real_at_zero));
  }
}

/// Where one period of all responses is cut: the middle of the quietest sixteenth of the period; 0
/// if the responses are as quiet there.
std::size_t quietest_cut(const std::vector<double>& ir, std::size_t period) {
  std::vector<double> energy(period, 0.0);
  for (std::size_t i = 0; i < ir.size(); ++i) energy[i % period] += ir[i] * ir[i];
  double total = 0.0;
  for (const double e : energy) total += e;
  const std::size_t reach = std::max<std::size_t>(1, period / 32);
  const auto around = [&](std::size_t cut) {
    double sum = 0.0;
    for (std::size_t j = 0; j < 2 * reach; ++j) sum += energy[(cut + period - reach + j) % period];
    return sum;
  };
  std::size_t best = 0;
  double least = around(0) - 1e-9 * total;
  for (std::size_t cut = period - 1; cut > 0; --cut) {
    if (around(cut) >= least) continue;
    least = around(cut);
    best = cut;
  }
  return best;
}

}  // namespace

ImpulseSet impulse_responses(const std::string& source_name, const TransferFunctions& transfer) {
  const std::size_t first = lowest_bin(source_name, transfer.frequency_hz);
  const std::size_t frequencies = transfer.frequency_hz.size();
  const std::size_t bins = first + frequencies;
  ImpulseSet set;
  set.samples = 2 * (bins - 1);
  set.sample_rate_hz = 2.0 * transfer.frequency_hz.back();
  dsp::Fft fft(set.samples);
  std::vector<Complex> spectrum(bins);
  std::vector<std::complex<float>> single(bins);
  std::vector<float> time(set.samples);
  for (std::size_t i = 0; i + frequencies <= transfer.value.size(); i += frequencies) {
    const auto begin = transfer.value.begin() + static_cast<std::ptrdiff_t>(i);
    std::copy_n(begin, frequencies, spectrum.begin() + static_cast<std::ptrdiff_t>(first));
    if (first > 0) extrapolate_down(spectrum, first);
    for (std::size_t k = 0; k < bins; ++k) single[k] = std::complex<float>(spectrum[k]);
    fft.inverse(single, time);
    set.ir.insert(set.ir.end(), time.begin(), time.end());
  }
  const std::size_t cut = quietest_cut(set.ir, set.samples);
  for (std::size_t i = 0; cut > 0 && i < set.ir.size(); i += set.samples) {
    const auto begin = set.ir.begin() + static_cast<std::ptrdiff_t>(i);
    std::rotate(begin, begin + static_cast<std::ptrdiff_t>(cut),
                begin + static_cast<std::ptrdiff_t>(set.samples));
  }
  if (first > 1) {
    set.note = fmt::format("below {:.0f} Hz, where the file has no values, responses are continued",
                           transfer.frequency_hz.front());
  }
  return set;
}

}  // namespace array
