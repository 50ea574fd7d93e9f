#include "room/harmonics.h"

#include "core/kernel.h"
#include "so3/harmonics.h"

namespace room {

HarmonicBasis::HarmonicBasis(std::size_t order) : order_(order) {
  for (std::size_t m = 0; m <= order; ++m) {
    for (std::size_t n = m; n <= order; ++n) {
      degree_.push_back(n);
      if (n == m) {
        step_.push_back({static_cast<float>(so3::harmonic_start(m)), 0.0F});
        continue;
      }
      const so3::HarmonicStep step = so3::harmonic_step(n, m);
      const double scale = 1.0 / step.root;
      step_.push_back(
          {static_cast<float>(step.forward * scale), static_cast<float>(step.back * scale)});
    }
  }
}

namespace {

using dsp::Cell;
using dsp::Lanes;

/// The chain of one m: value[i] = (re, im) of the start times the recurrence of P_n^m / P_m^m.
__attribute__((always_inline)) inline void run_chain(const Lanes& z, const Lanes& start_re,
                                                     const Lanes& start_im,
                                                     const HarmonicStep* step, std::size_t length,
                                                     Cell* value) {
  Lanes older = z - z;
  Lanes newer = older + 1.0F;
  value[0].re = start_re;
  value[0].im = start_im;
  for (std::size_t i = 1; i < length; ++i) {
    const Lanes next = step[i].z_factor * z * newer - step[i].back_factor * older;
    older = newer;
    newer = next;
    value[i].re = newer * start_re;
    value[i].im = newer * start_im;
  }
}

CSL_KERNEL void evaluate_chains(const Lanes& x, const Lanes& y, const Lanes& z,
                                const HarmonicStep* step, std::size_t order, Cell* value) {
  Lanes re = z - z + 1.0F;
  Lanes im = z - z;
  for (std::size_t m = 0; m <= order; ++m) {
    if (m > 0) {
      const Lanes turned = (re * x - im * y) * step->z_factor;
      im = (re * y + im * x) * step->z_factor;
      re = turned;
    }
    const std::size_t length = order + 1 - m;
    run_chain(z, re, im, step, length, value);
    step += length;
    value += length;
  }
}

}  // namespace

void HarmonicBasis::evaluate(const Lanes& x, const Lanes& y, const Lanes& z, Cell* value) const {
  evaluate_chains(x, y, z, step_.data(), order_, value);
}

}  // namespace room
