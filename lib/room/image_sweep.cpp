#include "room/image_sweep.h"

#include <algorithm>
#include <limits>

namespace room {

ImageSweep::ImageSweep(const Shoebox& room, const Eigen::Vector3d& source_m,
                       const Eigen::Vector3d& centre_m, double reach_m)
    : max_order_(room.max_order < 0 ? std::numeric_limits<int>::max() : room.max_order) {
  std::vector<AxisImage> axis[3];
  for (int i = 0; i < 3; ++i) {
    axis[i] = axis_images(room.size_m[i], source_m[i], room.reflection[2 * i],
                          room.reflection[2 * i + 1], centre_m[i], reach_m);
    for (AxisImage& image : axis[i]) image.coordinate_m -= centre_m[i];
  }
  z_ = std::move(axis[2]);
  const int middle = static_cast<int>(
      std::lower_bound(z_.begin(), z_.end(), 0.0,
                       [](const AxisImage& a, double value) { return a.coordinate_m < value; }) -
      z_.begin());
  for (const AxisImage& x : axis[0]) {
    for (const AxisImage& y : axis[1]) {
      const double squared = x.coordinate_m * x.coordinate_m + y.coordinate_m * y.coordinate_m;
      const double gain = x.gain * y.gain;
      if (squared > reach_m * reach_m || gain == 0.0) continue;
      columns_.push_back(
          {x.coordinate_m, y.coordinate_m, squared, gain, x.order + y.order, middle, middle - 1});
    }
  }
}

void ImageSweep::append(const Column& column, const AxisImage& z,
                        std::vector<RelativeImage>& images) const {
  const double gain = column.gain * z.gain;
  const int order = column.order + z.order;
  if (gain == 0.0 || order > max_order_) return;
  images.push_back({column.x_m, column.y_m, z.coordinate_m, static_cast<float>(gain), order});
}

void ImageSweep::advance(double radius_m, std::vector<RelativeImage>& images) {
  const int count = static_cast<int>(z_.size());
  for (Column& column : columns_) {
    const double limit = radius_m * radius_m - column.squared_m2;
    const auto within = [&](int i) { return z_[i].coordinate_m * z_[i].coordinate_m <= limit; };
    for (; column.above < count && within(column.above); ++column.above) {
      append(column, z_[column.above], images);
    }
    for (; column.below >= 0 && within(column.below); --column.below) {
      append(column, z_[column.below], images);
    }
  }
}

}  // namespace room
