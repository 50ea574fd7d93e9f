/// The world of recorded orientations: which of its axes points up.
#pragma once

#include <Eigen/Geometry>
#include <string>
#include <vector>

#include "ingest/facts.h"
#include "ingest/options.h"
#include "ingest/orientation_log.h"

namespace ingest {

/// Rotation that turns a world whose axis `up` points up into a world with z up. It turns about a
/// horizontal axis by the smallest angle; -z turns about x.
Eigen::Quaterniond upright_rotation_of(const UpAxis& up);

/// Turns the orientations of a log into a world with z up, as options.up states, and says so in the
/// facts.
void turn_upright(const LogOptions& options, OrientationLog& log);

/// Compares recorded orientations with the gyroscope and the accelerometer beside them.
/// @param log  [in, out] with orientations, already upright, and inertial samples; receives facts
///             and warnings
/// @throws core::InputError  if the orientations contradict the gyroscope and another reading of
///                           them does not, or if the accelerometer says that another axis points
///                           up; unless it is overruled
void compare(const LogOptions& options, OrientationLog& log);

}  // namespace ingest
