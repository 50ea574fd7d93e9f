/// Comparison of learned responses with those of a known array.
#pragma once

#include <vector>

#include "array/known_array.h"
#include "calib/calibration.h"
#include "formats/array_file.h"
#include "formats/features_file.h"
#include "session/features.h"

namespace evaluate {

/// Agreement (calib::agreement) of learned and known signatures in one band, over all directions
/// and the band's frequencies.
struct SignatureAgreement {
  double low_hz = 0.0;       ///< lower end of the band
  double high_hz = 0.0;      ///< upper end of the band
  double mean = 0.0;         ///< mean over the band, in [0, 1]
  double tenth = 0.0;        ///< tenth percentile in the band, in [0, 1]
  double mean_so_far = 0.0;  ///< mean over this band and all bands below it, in [0, 1]
};

/// Agreements in bands of 1 kHz, over 1,000 directions that cover the sphere. The bands cover the
/// frequencies of the features from which the model was learned; the first and the last band may be
/// narrower.
/// @throws core::InputError  if the arrays have different numbers of microphones
std::vector<SignatureAgreement> compare_signatures(const calib::Calibration& learned,
                                                   const array::KnownArray& known,
                                                   const session::FeatureSettings& settings);

}  // namespace evaluate
