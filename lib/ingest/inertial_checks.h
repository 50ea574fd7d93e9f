/// Whether inertial samples can be what the user says, and what the orientation filter knows.
#pragma once

#include <string>
#include <vector>

#include "imu/orientation_smoother.h"
#include "imu/sensor_model.h"
#include "ingest/facts.h"
#include "ingest/options.h"

namespace ingest {

/// Refuses what contradicts the user. What the user states becomes a warning instead.
/// @param stated   whether the user has stated the fact that the message doubts
/// @param message  the fault, and the options that state what is right
/// @throws core::InputError  unless `stated` or options.trust_log
void refuse(const LogOptions& options, bool stated, const std::string& message,
            std::vector<std::string>& warnings);

/// Checks units, axes and signs by gravity: see imu::check_plausibility().
/// @param run             the longest run without gaps
/// @param gyroscope_unit  as which the gyroscope was read, "rad/s" or "deg/s"
/// @throws core::InputError  naming the reading that would fit, unless it is overruled
FilterFacts check_samples(const LogOptions& options, const imu::Samples& run,
                          const std::string& gyroscope_unit, std::vector<std::string>& warnings);

/// Warns if the filter's heading may drift, or if its field points to the sky.
/// @param found  orientations of `run`
void check_heading(const LogOptions& options, const imu::Samples& run, double step_s,
                   const imu::Orientations& found, FilterFacts& facts,
                   std::vector<std::string>& warnings);

}  // namespace ingest
