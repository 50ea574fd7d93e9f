/// Real spherical harmonics, eight directions at a time.
#pragma once

#include <cstddef>
#include <vector>

#include "dsp/lanes.h"

namespace room {

/// Harmonics up to an order N as pairs: channel (n, m), 0 <= m <= n <= N, holds
///   re = K P_n^m(cos theta) cos(m phi),  im = K P_n^m(cos theta) sin(m phi),  K^2 = (2 - [m = 0])
///   (n-m)! / (n+m)!
/// so that the addition theorem reads P_n(<u, v>) = sum_m re(u) re(v) + im(u) im(v).
/// Channels are ordered by m, then n.
class HarmonicBasis {
 public:
  explicit HarmonicBasis(std::size_t order);

  std::size_t order() const { return order_; }
  /// Channels: (N + 1) (N + 2) / 2.
  std::size_t channels() const { return degree_.size(); }
  /// Channels in groups of eight, the last one padded.
  std::size_t groups() const { return (channels() + dsp::kLanes - 1) / dsp::kLanes; }
  std::size_t degree(std::size_t channel) const { return degree_[channel]; }

  /// @param x, y, z  eight unit vectors
  /// @param value    [channels], written: eight directions side by side
  void evaluate(const dsp::Lanes& x, const dsp::Lanes& y, const dsp::Lanes& z,
                dsp::Cell* value) const;

 private:
  struct Step {
    float z_factor;  // P_n = z_factor z P_(n-1) - back_factor P_(n-2)
    float back_factor;
  };
  std::size_t order_;
  std::vector<std::size_t> degree_;  // [channels]
  std::vector<Step> step_;  // [channels]; of n = m: z_factor is the start's ratio to that of m - 1
};

}  // namespace room
