/// The images of a shoebox room, from the nearest shell to the farthest.
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

/// Walks the lattice of images outward. Every column of the lattice (fixed x and y) keeps the
/// limits of the images that were returned, so that a shell needs no search.
class ImageSweep {
 public:
  /// A sweep over the images within reach_m of the center. The places are not checked. The room
  /// must outlive the sweep.
  ImageSweep(const Shoebox& room, const Eigen::Vector3d& source_m, const Eigen::Vector3d& center_m,
             double reach_m);

  /// Appends the images within radius_m that no earlier call has appended. Images with gain 0 or
  /// beyond the room's maximum order are left out. Jitter moves the images after this choice.
  void advance(double radius_m, std::vector<RelativeImage>& images);

  /// Indices of the images along an axis, first and end (exclusive).
  std::pair<int, int> index_range(std::size_t axis) const { return index_range_[axis]; }

 private:
  struct Column {
    double x_m;
    double y_m;
    double squared_m2;  // x^2 + y^2
    double gain;
    std::int16_t x_index;
    std::int16_t y_index;
    int above;  // next index of z_ upward
    int below;  // next index of z_ downward
  };
  void append(const Column& column, const AxisImage& z, std::vector<RelativeImage>& images) const;

  const Shoebox& room_;
  int max_order_;
  std::array<std::pair<int, int>, 3> index_range_;
  std::vector<Column> columns_;
  std::vector<AxisImage> z_;  // coordinates relative to the center, increasing
};

/// Gains of images by octave band, from tables. They equal image_gain() of every band, but need no
/// powers.
class BandGains {
 public:
  BandGains() = default;
  /// Tables for the images of the sweep. A room without bands has none.
  BandGains(const Shoebox& room, const ImageSweep& sweep);

  /// Gain of an image in a band, without the absorption of the air.
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
