/// How well a bin matches a direction's signature, turned into a log likelihood.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace calib {

/// Likelihood of a unit bin y from direction d with signature h, x = |<h, y>|^2 / |h|^2:
///     log p(y | d) = -exponent log(1 - x + floor) + constant,
/// one exponent and floor a frequency band.
///
/// Where one source stands over a diffuse rest at a ratio s, y is complex angular central Gaussian
/// and p is proportional to (1 - x + 1/s)^-M. Rooms mix ratios: frames and bins in which the direct
/// sound leads, and others. A smaller exponent with a small floor is such a mixture: a bin that
/// fits says much, one that does not says nearly nothing against a direction. Both numbers are
/// fitted to the bins of the recordings at their own denoised directions, so the score knows what
/// the bins of such rooms look like without being told of any.
struct MatchLikelihood {
  std::vector<double> band_hz;   ///< lower edges, rising, [bands]
  std::vector<double> exponent;  ///< in (0, M], [bands]
  std::vector<double> floor;     ///< > 0, [bands]

  std::size_t band(double frequency_hz) const;
};

/// How much a bin's score counts beside those of other bins.
///
/// The score takes bins as independent, which those that hold reverberation are not: a reflection
/// that lasts for many frames is wrong in each of them in the same way. What rises above what
/// sounded before there is mostly direct sound (the precedence effect, Litovsky et al., 1999): a
/// bin counts by rise^0.35.
/// @param rise  session::Features::rise
float onset_weight(float rise);

/// The most likely exponent and floor of one band. Under directions at random 1 - x has the density
/// (M - 1) (1 - x)^(M - 2), which normalizes the likelihood.
/// @param mismatch  1 - x of bins at their directions, each in [0, 1]
struct BandFit {
  double exponent = 1.0;
  double floor = 0.1;
};
BandFit fit_band(std::span<const double> mismatch, std::size_t microphones);

}  // namespace calib
