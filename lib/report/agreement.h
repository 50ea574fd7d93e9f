/// How well the methods of one session agree with each other and with the truth.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

/// Angle from a direction to the nearest true direction at that time, degrees; NaN if no source is
/// there.
double nearest_truth_deg(const evaluate::SessionFigure& session, double time_s,
                         const Eigen::Vector3d& direction);

/// Angles between two methods' most confident directions, degrees: one for each time at which both
/// have a direction, in the same frame.
std::vector<double> angles_between_deg(const evaluate::DirectionsFigure& a,
                                       const evaluate::DirectionsFigure& b);

/// Color of a session's method number m > 0; the first one has color 0. The truth's color is left
/// out.
int other_color(std::size_t m);

/// A table with a row for each method: its angle to the first method, and to the truth where it is
/// known. Empty for a single method without truth.
std::string agreement_html(const evaluate::SessionFigure& session,
                           const std::vector<const evaluate::DirectionsFigure*>& methods);

}  // namespace report
