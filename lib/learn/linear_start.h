/// Where training begins: directions by the best linear map of the recordings.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"

namespace learn {

/// Each interval's direction in the world by the linear map of cross-spectra that agrees best over
/// intervals (LinearAgreement): the mean over its blocks. All are known up to one common sign. Zero
/// for an interval without blocks; empty if such a map does not hold on intervals it was not made
/// from (agreement below 0.2), or there is too little sound. No truth, no random numbers.
/// @return  [intervals] unit vectors
/// @throws core::IoError  if bins cannot be read
std::vector<Eigen::Vector3f> linear_directions(const Dataset& dataset, core::ThreadPool& pool);

}  // namespace learn
