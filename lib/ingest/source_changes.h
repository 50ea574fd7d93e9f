/// Intervals between changes of the source: where sound comes from elsewhere than before.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/intervals.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"

namespace ingest {

/// Stretches between pauses, cut where the world direction of their sound changes
/// (csl/change_points.h), long ones cut evenly. Directions are options.model's; without a model
/// those of a linear map that is fitted to this recording, first to even segments, then to the
/// stretches that were found with it.
/// @param facts  [out] how it was done and how many changes there are
std::vector<Interval> find_changes(const Options& options, const AudioScan& scan,
                                   const OrientationLog& log, const imu::ClockMap& clock,
                                   const std::string& id, nlohmann::json& facts,
                                   std::vector<std::string>& warnings);

}  // namespace ingest
