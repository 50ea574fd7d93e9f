#include "room/harmonics.h"

#include <cmath>

#include "core/kernel.h"

namespace room {

HarmonicBasis::HarmonicBasis(std::size_t order) : order_(order) {
  for (std::size_t m = 0; m <= order; ++m) {
    for (std::size_t n = m; n <= order; ++n) {
      degree_.push_back(n);
      const double dn = static_cast<double>(n);
      const double dm = static_cast<double>(m);
      if (n == m) {
        // K P_m^m = sqrt((2 - [m = 0]) (2m-1)!! / (2m)!!) sin^m.
        const double ratio = m <= 1 ? 1.0 : std::sqrt((2.0 * dm - 1.0) / (2.0 * dm));
        step_.push_back({static_cast<float>(ratio), 0.0F});
      } else {
        const double scale = 1.0 / std::sqrt(dn * dn - dm * dm);
        const double back = std::sqrt(std::max(0.0, (dn - 1.0) * (dn - 1.0) - dm * dm));
        step_.push_back(
            {static_cast<float>((2.0 * dn - 1.0) * scale), static_cast<float>(back * scale)});
      }
    }
  }
}

namespace {

using dsp::Cell;
using dsp::Lanes;

/// The chain of one m: value[i] = (re, im) of the start times the recurrence of P_n^m / P_m^m.
template <typename Step>
inline void run_chain(const Lanes& z, const Lanes& start_re, const Lanes& start_im,
                      const Step* step, std::size_t length, Cell* value) {
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

template <typename Step>
CSL_KERNEL void evaluate_chains(const Lanes& x, const Lanes& y, const Lanes& z, const Step* step,
                                std::size_t order, Cell* value) {
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
