/// The images of a shoebox room, handed out nearest shells first.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "room/image_source.h"
#include "room/shoebox.h"

namespace room {

/// An image relative to the array's centre.
struct RelativeImage {
  double x_m;
  double y_m;
  double z_m;
  float gain;
  int order;
};

/// Walks the lattice of images outwards; every column of it (fixed x and y) remembers how far it
/// was handed out, so that a shell costs no search.
class ImageSweep {
 public:
  /// Images within reach_m of the centre; places are not checked.
  ImageSweep(const Shoebox& room, const Eigen::Vector3d& source_m, const Eigen::Vector3d& centre_m,
             double reach_m);

  /// Appends the images within radius_m that were not handed out yet (those with gain 0 or beyond
  /// the room's maximum order are skipped).
  void advance(double radius_m, std::vector<RelativeImage>& images);

 private:
  struct Column {
    double x_m;
    double y_m;
    double squared_m2;  // x^2 + y^2
    double gain;
    int order;
    int above;  // next index of z_ upwards
    int below;  // next index of z_ downwards
  };
  void append(const Column& column, const AxisImage& z, std::vector<RelativeImage>& images) const;

  int max_order_;
  std::vector<Column> columns_;
  std::vector<AxisImage> z_;  // coordinates relative to the centre, increasing
};

}  // namespace room
