/// Log likelihood of a direction, from the mismatch of a bin and the direction's signature.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace calib {

/// Likelihood of a unit bin y from direction d with signature h, x = |<h, y>|^2 / |h|^2:
///     log p(y | d) = -exponent log(1 - x + floor) + constant,
/// one exponent and one floor for each frequency band.
///
/// If the energy of one source is s times that of a diffuse residual, y is complex angular central
/// Gaussian and p is proportional to (1 - x + 1/s)^-M. In a room s varies: in some frames and bins
/// the direct sound dominates, in others it does not. A smaller exponent with a small floor models
/// this mixture: a bin that fits is strong evidence for a direction, and a bin that does not fit is
/// nearly no evidence against it. Both numbers are fitted to the bins of the recordings at their
/// own improved directions, so no measurement of a room is needed.
struct MatchLikelihood {
  std::vector<double> band_hz;   ///< lower edges, rising, [bands]
  std::vector<double> exponent;  ///< in (0, M], [bands]
  std::vector<double> floor;     ///< > 0, [bands]

  std::size_t band(double frequency_hz) const;
};

/// log2 of C in the density ratio p(y | d) / p(y) = C (1 - x + floor)^-exponent, where p(y) is the
/// density of bins whose values are random and independent: C^-1 is the mean of
/// (1 - x + floor)^-exponent over them.
///
/// At low frequencies the microphones of a small array hear nearly the same sound. A bin there fits
/// every direction, and its ratio is above 1 for all of them: it does not choose a direction, but it
/// speaks for "one of the directions" against "none".
/// @param band         index of the band
/// @param microphones  M >= 2
double log_ratio_scale(const MatchLikelihood& likelihood, std::size_t band,
                       std::size_t microphones);

/// Weight of a bin's score: rise^0.35.
///
/// The score treats bins as independent. Bins of reverberation are not: a reflection that lasts for
/// many frames causes the same error in each of them. A bin with a high rise is mostly direct sound
/// (the precedence effect, Litovsky et al., 1999) and gets a high weight.
/// @param rise  session::Features::rise
float onset_weight(float rise);

/// Exponent and floor of one band.
struct BandFit {
  double exponent = 1.0;
  double floor = 0.1;
};

/// The most likely exponent and floor of one band: the best point of a grid of exponents up to M
/// and floors from 1e-5 to 0.5. For random directions 1 - x has the density
/// (M - 1) (1 - x)^(M - 2), which normalizes the likelihood.
/// @param mismatch  1 - x of bins at their directions, each in [0, 1]
BandFit fit_band(std::span<const double> mismatch, std::size_t microphones);

}  // namespace calib
