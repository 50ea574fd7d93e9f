/// Directions of single sessions: their picture on the sphere, as JSON and in words.
#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

double azimuth_deg(const Eigen::Vector3d& direction);
double elevation_deg(const Eigen::Vector3d& direction);

/// The frame of a figure's directions: "world" or "sensor".
const char* frame_of(const evaluate::DirectionsFigure& figure);

/// How the directions spread over the sphere. Where there is none, nothing is drawn.
std::string directions_sphere(const evaluate::DirectionsFigure& figure);

/// A sentence for a flat or straight array, which cannot tell all directions; else empty.
std::string ambiguity_note(const evaluate::DirectionsFigure& figure);

/// report.json's "directions": one entry for each session and method.
nlohmann::json directions_json(const std::vector<evaluate::SessionFigure>& sessions);

/// One line for each method of each session whose truth is not known: the direction that most of
/// its windows are near. Ends in a newline.
std::string format_directions(const std::vector<evaluate::SessionFigure>& sessions);

}  // namespace report
