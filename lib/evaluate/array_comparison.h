/// Learned responses against an array that is known.
#pragma once

#include <vector>

#include "array/known_array.h"
#include "calib/calibration.h"
#include "formats/array_file.h"
#include "formats/features_file.h"
#include "session/features.h"

namespace evaluate {

/// calib::agreement of learned and known signatures over directions and a band's frequencies.
struct SignatureAgreement {
  double low_hz = 0.0;
  double high_hz = 0.0;
  double mean = 0.0;
  double tenth = 0.0;        ///< a tenth of the values lie below it
  double mean_so_far = 0.0;  ///< over all bands up to this one
};

/// Bands of 1 kHz (and what is left) within the frequencies of the features that were learned from;
/// 1,000 directions all over the sphere.
/// @throws core::InputError  if the arrays have different numbers of microphones
std::vector<SignatureAgreement> compare_signatures(const calib::Calibration& learned,
                                                   const array::KnownArray& known,
                                                   const session::FeatureSettings& settings);

}  // namespace evaluate
