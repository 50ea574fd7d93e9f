#include "localize/response_spectra.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

#include "dsp/fft.h"

namespace localize {
namespace {

/// Computes the spectra of one direction's responses; owns its scratch memory.
class Spectra {
 public:
  Spectra(const array::Responses& responses, std::size_t window, double sample_rate_hz)
      : interpolator_(responses, sample_rate_hz),
        fft_(window),
        folded_(window),
        spectrum_(fft_.bins()) {}

  std::size_t bins() const { return fft_.bins(); }

  void operator()(const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
    interpolator_.at(direction, value_);
    const std::size_t microphones = interpolator_.receivers();
    const std::size_t taps = interpolator_.taps();
    for (std::size_t m = 0; m < microphones; ++m) {
      std::ranges::fill(folded_, 0.0F);
      for (std::size_t j = 0; j < taps; ++j) {
        folded_[j % folded_.size()] += static_cast<float>(value_.ir[m * taps + j]);
      }
      fft_.forward(folded_, spectrum_);
      // The phase delays the spectrum by the onset, which is not a whole number of samples. The
      // lead is common to all microphones and has no effect.
      const double step =
          -2.0 * std::numbers::pi * value_.onset[m] / static_cast<double>(fft_.size());
      for (std::size_t b = 0; b < bins(); ++b) {
        H[b * microphones + m] =
            spectrum_[b] * std::complex<float>(std::polar(1.0, step * static_cast<double>(b)));
      }
    }
  }

 private:
  array::ResponseInterpolator interpolator_;
  dsp::Fft fft_;
  std::vector<float> folded_;
  std::vector<std::complex<float>> spectrum_;
  array::ResponseInterpolator::Value value_;
};

}  // namespace

doa::MeasuredArray measured_array(const array::Responses& responses,
                                  const dsp::StftOptions& options, double sample_rate_hz) {
  auto spectra = std::make_shared<Spectra>(responses, options.window, sample_rate_hz);
  return {responses.receivers, spectra->bins(),
          sample_rate_hz / static_cast<double>(options.window),
          [spectra](const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
            (*spectra)(direction, H);
          }};
}

}  // namespace localize
