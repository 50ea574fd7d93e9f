/// The sound field around the array's center: impulse responses of its spherical harmonics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/lanes.h"
#include "room/harmonics.h"
#include "room/image_sweep.h"
#include "room/source_course.h"
#include "room/spreading_kernel.h"

namespace room {

/// One grid of impulses: which weight the images have in it, and how far it reaches.
struct FieldLayer {
  std::size_t term;  ///< power of 1 / distance beyond the first: term of the near-field expansion
  std::size_t rows;  ///< images that arrive before the last row are in it
  std::size_t band;  ///< octave band whose gains the images have; 0 in a room without bands
};

/// What is expanded, and how finely.
struct FieldPlan {
  double rows_per_m = 0.0;  ///< grid rows a meter: twice the sample rate over the speed of sound
  double exact_distance_m =
      0.0;               ///< nearer images (and the source itself) are left to exact rendering
  double reach_m = 0.0;  ///< farther images are left out
  std::vector<FieldLayer> layers;  ///< the first one has term 0 and the most rows
};

/// Grids of impulses: term s holds, for each image i and harmonic c, gain_i / d_i^(1+s)
/// Y_c(direction_i) spread around row d_i rows_per_m by the kernel.
class ImageField {
 public:
  ImageField(const FieldPlan& plan, const HarmonicBasis& basis, const SpreadingKernel& kernel);

  /// Encodes all images of a source, once an object. Which images there are is decided where its
  /// course starts, and those that come near anywhere on it are left to exact rendering, so that
  /// all places on a course have the same images.
  /// @param place_m  where on its course the source is, from the center
  /// @return         images left to exact rendering, as they are at the course's start; the source
  ///                 itself not among them
  std::vector<RelativeImage> encode(const Shoebox& room, const Eigen::Vector3d& center_m,
                                    const SourceCourse& course, const Eigen::Vector3d& place_m);

  /// Octave bands of the room encoded: 1 or kBands.
  std::size_t bands() const { return bands_; }
  std::size_t layers() const { return plan_.layers.size(); }
  const FieldLayer& layer(std::size_t i) const { return plan_.layers[i]; }
  /// [rows, groups] of one layer, row-major.
  std::span<const dsp::Cell> grid(std::size_t layer) const { return grid_[layer]; }
  std::size_t images() const { return images_; }

 private:
  struct Arrival {
    float x, y, z;            // direction, unit
    float inverse_m;          // 1 / distance
    float fraction;           // of a row
    int row;                  // first of the four rows it touches
    std::uint32_t amplitude;  // where its amplitudes are
  };
  RelativeImage at_start(RelativeImage image) const;
  bool comes_near(const RelativeImage& image, double distance_m) const;
  void prepare(const Shoebox& room, std::span<const RelativeImage> images,
               std::vector<RelativeImage>& near);
  void add_amplitudes(const Shoebox& room, const RelativeImage& image, double distance_m);
  void sort_by_row();
  void add_batch(std::span<const Arrival> batch);
  void encode_batch(std::span<const Arrival> batch, float* spread);
  void add_layer(std::span<const Arrival> batch, const float* spread, std::size_t layer);

  FieldPlan plan_;
  bool moves_ = false;       // the source being encoded
  Eigen::Vector3d place_m_;  // where it is
  Eigen::Vector3d moved_m_;  // how far from its start
  const HarmonicBasis& basis_;
  const SpreadingKernel& kernel_;
  std::vector<std::vector<dsp::Cell>> grid_;  // per layer: [rows, groups]
  std::size_t images_ = 0;
  std::size_t bands_ = 1;
  BandGains band_gains_;
  std::vector<float> amplitude_;  // [images of a shell, bands]: gain / distance
  std::vector<Arrival> arrivals_;
  std::vector<Arrival> sorted_;
  std::vector<std::size_t> count_;
  std::vector<dsp::Cell> harmonics_;  // [channels, padded] of eight directions
  std::vector<dsp::Cell> encoded_;    // [kBatch, groups]
};

}  // namespace room
