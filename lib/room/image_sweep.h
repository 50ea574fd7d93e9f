/// The images of a shoebox room, handed out nearest shells first.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "room/image_source.h"
#include "room/shoebox.h"

namespace room {

/// An image relative to the array's center.
struct RelativeImage {
  double x_m;
  double y_m;
  double z_m;
  float gain;
  ImageIndex index;

  int order() const { return image_order(index); }
};

/// Walks the lattice of images outwards; every column of it (fixed x and y) remembers how far it
/// was handed out, so that a shell costs no search.
class ImageSweep {
 public:
  /// Images within reach_m of the center; places are not checked. The room must outlive the sweep.
  ImageSweep(const Shoebox& room, const Eigen::Vector3d& source_m, const Eigen::Vector3d& center_m,
             double reach_m);

  /// Appends the images within radius_m that were not handed out yet (those with gain 0 or beyond
  /// the room's maximum order are skipped). Jitter moves them after they were chosen.
  void advance(double radius_m, std::vector<RelativeImage>& images);

  /// Indices of the images along an axis that a sweep may hand out, first and last.
  std::pair<int, int> index_range(std::size_t axis) const { return index_range_[axis]; }

 private:
  struct Column {
    double x_m;
    double y_m;
    double squared_m2;  // x^2 + y^2
    double gain;
    std::int16_t x_index;
    std::int16_t y_index;
    int above;  // next index of z_ upwards
    int below;  // next index of z_ downwards
  };
  void append(const Column& column, const AxisImage& z, std::vector<RelativeImage>& images) const;

  const Shoebox& room_;
  int max_order_;
  std::array<std::pair<int, int>, 3> index_range_;
  std::vector<Column> columns_;
  std::vector<AxisImage> z_;  // coordinates relative to the center, increasing
};

/// Gains of images by octave band, from tables: image_gain() of every band without its powers.
class BandGains {
 public:
  BandGains() = default;
  /// Tables for what the sweep may hand out; none in a room without bands.
  BandGains(const Shoebox& room, const ImageSweep& sweep);

  double gain(std::size_t band, const ImageIndex& index) const {
    double product = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      product *= table_[band][axis][static_cast<std::size_t>(index[axis] - first_[axis])];
    }
    return product;
  }

 private:
  std::array<int, 3> first_{};
  std::array<std::array<std::vector<double>, 3>, kBands> table_;
};

}  // namespace room
