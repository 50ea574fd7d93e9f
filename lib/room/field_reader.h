/// Sound of a field at microphones that turn.
#pragma once

#include <cstddef>
#include <span>

#include "room/field_convolver.h"
#include "room/harmonics.h"
#include "room/source_course.h"
#include "room/turning_array.h"

namespace room {

/// Adds the field's sound at the microphones of a turning array to the output.
/// @param source  samples of the source, [n]
/// @param stop    samples to which the field contributes, and their weights
/// @param output  [samples, microphones], row-major, added to
void add_field(FieldConvolver& convolver, const HarmonicBasis& basis, const TurningArray& turning,
               std::span<const float> source, const CourseStop& stop, std::span<float> output);

}  // namespace room
