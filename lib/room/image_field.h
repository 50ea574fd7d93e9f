/// The sound field around the array's center: impulse responses of its spherical harmonics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/lanes.h"
#include "room/harmonics.h"
#include "room/image_sweep.h"
#include "room/plane_waves.h"
#include "room/source_course.h"
#include "room/spreading_kernel.h"

namespace room {

/// One grid of impulses.
struct FieldLayer {
  std::size_t term;  ///< term of the near-field expansion; images have the weight 1 / d^(1 + term)
  std::size_t rows;  ///< rows of the grid; it holds the images that arrive before the last row
  std::size_t band;  ///< octave band whose gains the images have; 0 in a room without bands
};

/// The images that are expanded, and the fineness of their expansion.
struct FieldPlan {
  double rows_per_m = 0.0;  ///< grid rows per meter: twice the sample rate over the speed of sound
  /// Images nearer than this, and the source itself, are rendered exactly and are not in the field.
  double exact_distance_m = 0.0;
  double reach_m = 0.0;            ///< largest distance of an image in the field
  std::vector<FieldLayer> layers;  ///< the first one has term 0 and the most rows
};

/// Grids of impulses. For each image i and harmonic c, the layer of term s has an impulse of size
///
///   gain_i / d_i^(1 + s) Y_c(direction_i),
///
/// which the kernel spreads around row d_i rows_per_m.
class ImageField {
 public:
  ImageField(const FieldPlan& plan, const HarmonicBasis& basis, const SpreadingKernel& kernel);

  /// Encodes all images of a source. To be called once for an object. All places on a course have
  /// the same images: the images within reach of the course's start, without the images that come
  /// near anywhere on the course.
  /// @param place_m  place of the source on its course, relative to the center
  /// @return         the images that come near and need exact rendering, at their places at the
  ///                 course's start; the source itself is not among them
  std::vector<RelativeImage> encode(const Shoebox& room, const Eigen::Vector3d& center_m,
                                    const SourceCourse& course, const Eigen::Vector3d& place_m);

  /// Encodes plane waves: impulses of size pressure Y_c(direction) at their arrival times. To be
  /// called once for an object, instead of the other encode(). The plan has one layer, of term 0.
  /// @param waves  each arrives at row 1 of the grid or later
  void encode(std::span<const PlaneWave> waves, double speed_of_sound);

  /// Number of octave bands of the encoded room: 1 or kBands.
  std::size_t bands() const { return bands_; }
  std::size_t layers() const { return plan_.layers.size(); }
  const FieldLayer& layer(std::size_t i) const { return plan_.layers[i]; }
  /// Grid of one layer, [rows, groups], row-major.
  std::span<const dsp::Cell> grid(std::size_t layer) const { return grid_[layer]; }

 private:
  struct Arrival {
    float x, y, z;            // direction, unit
    float inverse_m;          // 1 / distance
    float fraction;           // of a row, [0, 1)
    int row;                  // first of the four rows to which it contributes
    std::uint32_t amplitude;  // index of its first amplitude in amplitude_
  };
  RelativeImage at_start(RelativeImage image) const;
  bool comes_near(const RelativeImage& image, double distance_m) const;
  void prepare(const Shoebox& room, std::span<const RelativeImage> images,
               std::vector<RelativeImage>& near);
  void add_amplitudes(const Shoebox& room, const RelativeImage& image, double distance_m);
  void add_arrivals();
  void sort_by_row();
  void add_batch(std::span<const Arrival> batch);
  void encode_batch(std::span<const Arrival> batch, float* spread);
  void add_layer(std::span<const Arrival> batch, const float* spread, std::size_t layer);

  FieldPlan plan_;
  bool moves_ = false;       // whether the source moves
  Eigen::Vector3d place_m_;  // place of the source, from the center
  Eigen::Vector3d moved_m_;  // place of the source, from its start
  const HarmonicBasis& basis_;
  const SpreadingKernel& kernel_;
  std::vector<std::vector<dsp::Cell>> grid_;  // per layer: [rows, groups]
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
