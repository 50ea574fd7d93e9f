/// How finely a field must be expanded to meet the renderer's error budget; see docs/understand/simulation.md.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

#include "room/field_convolver.h"
#include "room/image_field.h"
#include "room/shoebox.h"
#include "room/source_course.h"

namespace room {

/// Smallest order whose truncation is under -58 dB at a quarter of the sample rate (4 kHz at 16
/// kHz) and under -46 dB at 0.469 of it (7.5 kHz).
/// @throws core::InputError  if the array is too large: an order above 60
std::size_t field_order(double radius_m, double sample_rate_hz, double speed_of_sound);

/// Layers of near-field terms, and the distance below which images are left to exact rendering, so
/// that wave fronts' curvature and amplitude are right to -47 dB at 0.469 of the sample rate.
/// @param bands   1, or kBands for a room with octave bands: every layer once a band
FieldPlan plan_field(double radius_m, double sample_rate_hz, double speed_of_sound, double reach_m,
                     const Blocks& blocks, std::size_t bands);

/// Rows of a layer that holds all images within reach, in whole parts of the convolution.
std::size_t rows_within(double reach_m, double rows_per_m, const Blocks& blocks);

/// @throws core::InputError  if the source, anywhere on its course, or the array is not inside the
///                           room, the source is within the array's radius, or a sample of the
///                           signal is not finite
/// @throws core::UsageError  if the sample rate is not positive, or the source is faster than 10
/// m/s
void check_scene(const Shoebox& room, const SourceCourse& course, const Eigen::Vector3d& center_m,
                 double radius_m, double sample_rate_hz, std::size_t samples,
                 std::span<const float> source_signal);

}  // namespace room
