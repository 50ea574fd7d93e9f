/// How finely a field must be expanded to meet the renderer's error budget
/// (docs/understand/simulation.md).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

#include "room/field_convolver.h"
#include "room/image_field.h"
#include "room/plane_waves.h"
#include "room/shoebox.h"
#include "room/source_course.h"

namespace room {

/// Smallest order of an expansion whose truncation error meets the budget at both frequencies:
///
///   frequency              at a rate of 16 kHz   truncation error
///   0.25 sample rate       4 kHz                 under -58 dB
///   0.469 sample rate      7.5 kHz               under -46 dB
///
/// @throws core::InputError  if the array is so large that the order would be above 60
std::size_t field_order(double radius_m, double sample_rate_hz, double speed_of_sound);

/// Layers of near-field terms, and the distance below which images are rendered exactly. With them
/// the curvature and amplitude of the wave fronts have an error of -47 dB at 0.469 of the sample
/// rate.
/// @param bands   1; for a room with octave bands kBands, and there is a layer for every band
FieldPlan plan_field(double radius_m, double sample_rate_hz, double speed_of_sound, double reach_m,
                     const Blocks& blocks, std::size_t bands);

/// Rows of a layer with all images within reach, rounded up to whole partitions of the convolution.
std::size_t rows_within(double reach_m, double rows_per_m, const Blocks& blocks);

/// Plan of the field of plane waves: one layer, without near-field terms.
/// @param latest_s  arrival of the last wave
FieldPlan plan_wave_field(double latest_s, double sample_rate_hz, double speed_of_sound,
                          const Blocks& blocks);

/// Arrival time from which a wave can be in the field: the grid's second row.
double first_field_time_s(double sample_rate_hz);

/// Checks what a renderer of plane waves needs.
/// @throws core::InputError  as check_waves(), or if a sample of the signal is not finite
/// @throws core::UsageError  if the sample rate is not positive
void check_wave_scene(std::span<const PlaneWave> waves, double sample_rate_hz,
                      std::span<const float> source_signal);

/// Checks what a renderer needs.
/// @throws core::InputError  if the array, or the source anywhere on its course, is not inside the
///                           room, if the source is within the array's radius, or if a sample of
///                           the signal is not finite
/// @throws core::UsageError  if the sample rate is not positive, or the source is faster than
///                           10 m/s
void check_scene(const Shoebox& room, const SourceCourse& course, const Eigen::Vector3d& center_m,
                 double radius_m, double sample_rate_hz, std::size_t samples,
                 std::span<const float> source_signal);

}  // namespace room
