/// Where sound came from, in sessions whose truth is not known.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

/// For each session azimuth and elevation over time, and how its directions spread over the sphere.
/// Empty without figures.
std::string directions_html(const std::vector<evaluate::DirectionsFigure>& figures);

/// report.json's "directions".
nlohmann::json directions_json(const std::vector<evaluate::DirectionsFigure>& figures);

/// One line for each session: the direction that most of its windows are near. Ends in a newline.
std::string format_directions(const std::vector<evaluate::DirectionsFigure>& figures);

}  // namespace report
