/// Filtering of a sound field in the sensor frame by measured responses.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array/responses.h"
#include "dsp/lane_fft.h"
#include "dsp/lanes.h"
#include "room/harmonic_rotation.h"

namespace room {

/// The responses h(u, t) as filters g_c(t) of the field's harmonics c:
///
///   h(u, t) = sum_c g_c(t) Y_c(u)
///   g_c = (2n + 1) / Q sum_q h(u_q) Y_c(u_q)   over Q nearly even directions u_q
///
/// A receiver in a field of plane waves with coefficients a_c(t) hears sum_c g_c * a_c
/// (convolution).
class ResponseFilters {
 public:
  ResponseFilters(const array::ResponseInterpolator& responses, const HarmonicRotation& harmonics);

  std::size_t receivers() const { return receivers_; }

  /// Adds the sound at the receivers.
  /// @param field    [(N + 1)^2, samples], row-major, with the channels of HarmonicRotation
  /// @param first    sample of the output at which the field starts
  /// @param output   [all samples, receivers], row-major; samples before 0 or behind the end are
  ///                 dropped
  void add(std::span<const float> field, std::size_t samples, std::size_t first,
           std::span<float> output);

 private:
  void load(std::span<const float> field, std::size_t samples, std::size_t group, std::size_t begin,
            std::size_t length);

  std::size_t receivers_;
  std::size_t channels_;
  std::size_t groups_;  // of sixteen real channels
  std::size_t lead_;    // samples of the filters before lag 0
  std::size_t length_;  // samples of the filters
  dsp::LaneFft fft_;
  std::vector<std::size_t> mirror_;  // place of the negative frequency
  // Combined spectra (A - iB) / 2 and (A + iB) / 2, [receivers, groups, size] each. A and B are the
  // spectra of the filters for the channels in the real and the imaginary half of a cell.
  std::vector<dsp::Cell> direct_;
  std::vector<dsp::Cell> mirrored_;
  std::vector<dsp::Cell> work_;  // [size]
  std::vector<dsp::Cell> sum_;   // [receivers, size]
};

}  // namespace room
