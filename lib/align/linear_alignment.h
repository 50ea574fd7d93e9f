/// Time offset between audio and orientation without a model of the array.
#pragma once

#include <span>
#include <vector>

#include "align/alignment.h"
#include "align/linear_map.h"

namespace align {

/// One interval and when its blocks were.
struct TimedSpectra {
  IntervalSpectra spatial;
  std::vector<double> time_s;  ///< [blocks], middle, recording time
};

/// Every offset gets the linear map that is best for it (LinearAgreement); the best of them agrees
/// most where the clocks are right. The drift is not sought.
/// @throws core::InputError  if there is too little sound, or the orientation covers none
Alignment align_linearly(std::span<const TimedSpectra> intervals, const OrientationAt& orientation,
                         const AlignmentOptions& options);

}  // namespace align
