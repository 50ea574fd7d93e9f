/// The sound field around the array's centre: impulse responses of its spherical harmonics.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dsp/lanes.h"
#include "room/harmonics.h"
#include "room/image_sweep.h"
#include "room/spreading_kernel.h"

namespace room {

/// What is expanded, and how finely.
struct FieldPlan {
  double rows_per_m =
      0.0;  ///< grid rows a metre of distance: twice the sample rate over the speed of sound
  double exact_distance_m =
      0.0;               ///< nearer images (and the source itself) are left to exact rendering
  double reach_m = 0.0;  ///< farther images are left out
  std::vector<std::size_t> rows;  ///< grid rows of near-field term 0, 1, ..., not increasing; a
                                  ///< term covers the images that arrive before its last row
};

/// Grids of impulses: term s holds, for each image i and harmonic c, gain_i / d_i^(1+s)
/// Y_c(direction_i) spread around row d_i rows_per_m by the kernel.
class ImageField {
 public:
  explicit ImageField(const FieldPlan& plan, const HarmonicBasis& basis,
                      const SpreadingKernel& kernel);

  /// Encodes all images of the sweep. @return  images left to exact rendering, in order of the
  /// sweep's shells
  std::vector<RelativeImage> encode(ImageSweep& sweep, double images_per_m3);

  std::size_t terms() const { return grid_.size(); }
  std::size_t rows(std::size_t term) const { return plan_.rows[term]; }
  /// [rows, groups] of one term, row-major.
  std::span<const dsp::Cell> grid(std::size_t term) const { return grid_[term]; }
  std::size_t images() const { return images_; }

 private:
  struct Arrival {
    float x, y, z;    // direction, unit
    float amplitude;  // gain / distance
    float inverse_m;  // 1 / distance
    float fraction;   // of a row
    int row;          // first of the four rows it touches
  };
  void prepare(std::span<const RelativeImage> images, std::vector<RelativeImage>& near);
  void sort_by_row();
  void add_batch(std::span<const Arrival> batch);

  FieldPlan plan_;
  const HarmonicBasis& basis_;
  const SpreadingKernel& kernel_;
  std::vector<std::vector<dsp::Cell>> grid_;  // per term: [rows, groups]
  std::size_t images_ = 0;
  std::vector<Arrival> arrivals_;
  std::vector<Arrival> sorted_;
  std::vector<std::size_t> count_;
  std::vector<dsp::Cell> harmonics_;  // [channels, padded] of eight directions
  std::vector<dsp::Cell> encoded_;    // [kBatch, groups]
};

}  // namespace room
