/// The linear start of training: directions by the best linear map of the recordings.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"

namespace learn {

/// Direction of each interval in the world: the centroid of its blocks by the linear map of
/// cross-spectra that agrees best over intervals (align::LinearAgreement). All directions share one
/// unknown sign. Neither truth nor random numbers are used.
/// @return  [intervals], unit vectors; zero for an interval without blocks. Empty if there is too
///          little sound, or if a map of half of the intervals has an agreement below 0.2 on the
///          other half
/// @throws core::IoError  if bins cannot be read
std::vector<Eigen::Vector3f> linear_directions(const Dataset& dataset, core::ThreadPool& pool);

}  // namespace learn
