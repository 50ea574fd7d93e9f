/// Reading of a sound field in directions that turn.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/lanes.h"
#include "room/field_convolver.h"
#include "room/harmonics.h"
#include "room/source_course.h"
#include "room/turning_array.h"

namespace room {

/// Directions that are read through one filter: microphones at one distance from the center.
class FieldReader {
 public:
  /// @param directions  which entries of the turning array
  /// @param filter      [groups, Blocks::kSize], as of FieldConvolver::sphere_filter()
  FieldReader(std::vector<std::size_t> directions, std::vector<dsp::Cell> filter);

  const std::vector<std::size_t>& directions() const { return directions_; }

  /// Starts a stretch of samples: evaluates the harmonics of the directions at its nodes.
  /// @param first_sample  a multiple of turning.step
  void begin(const TurningArray& turning, const HarmonicBasis& basis, std::size_t first_sample,
             std::size_t samples);

  /// Adds what one group of harmonics brings to blocks 0 .. blocks - 1 of the stretch.
  void add_group(FieldConvolver& convolver, std::size_t group, std::size_t blocks);

  /// Sample of the stretch heard in entry i of directions().
  float heard(std::size_t sample, std::size_t i) const {
    return heard_[sample * vectors() * dsp::kLanes + i];
  }

 private:
  std::size_t vectors() const { return (directions_.size() + dsp::kLanes - 1) / dsp::kLanes; }
  void add_block(std::span<const dsp::Cell> sound, std::size_t group, std::size_t first);

  std::vector<std::size_t> directions_;
  std::vector<dsp::Cell> filter_;
  std::size_t step_ = 1;
  std::size_t groups_ = 0;
  std::size_t samples_ = 0;
  std::vector<dsp::Cell> harmonics_;  // [nodes, vectors, groups * kLanes]: eight directions each
  std::vector<float> heard_;          // [samples, vectors, kLanes]
};

/// Adds the field's sound at the microphones of a turning array to the output.
/// @param source  [n]
/// @param stop    the samples that the field has a share in, and the share
/// @param output  [samples, microphones], row-major, added to
void add_field(FieldConvolver& convolver, const HarmonicBasis& basis, const TurningArray& turning,
               std::span<const float> source, const CourseStop& stop, std::span<float> output);

}  // namespace room
