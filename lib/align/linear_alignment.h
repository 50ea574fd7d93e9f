/// Time offset between audio and orientation without a model of the array.
#pragma once

#include <span>
#include <vector>

#include "align/alignment.h"
#include "align/linear_map.h"

namespace align {

/// Cross-spectra of one interval and the times of its blocks.
struct TimedSpectra {
  IntervalSpectra spatial;
  std::vector<double> time_s;  ///< [blocks], middle, recording time
};

/// Fits the best linear map (LinearAgreement) for every offset. The offset whose map agrees most is
/// the result. The drift is not estimated.
/// @throws core::InputError  if there is too little sound, or the orientation covers none
Alignment align_linearly(std::span<const TimedSpectra> intervals, const OrientationAt& orientation,
                         const AlignmentOptions& options);

}  // namespace align
