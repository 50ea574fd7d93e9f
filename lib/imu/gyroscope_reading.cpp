#include "imu/gyroscope_reading.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <array>

#include "core/units.h"

namespace imu {
namespace {

constexpr const char* kAxis = "xyz";

/// Entry of each row of a signed permutation: its column and its sign.
struct Entry {
  int column;
  bool negative;
};

std::array<Entry, 3> entries_of(const Eigen::Matrix3d& axes) {
  std::array<Entry, 3> entries{};
  for (int row = 0; row < 3; ++row) {
    int column = 0;
    axes.row(row).cwiseAbs().maxCoeff(&column);
    entries[static_cast<std::size_t>(row)] = {column, axes(row, column) < 0.0};
  }
  return entries;
}

/// "axis z", "axes x and y".
std::string axis_list(const std::string& letters) {
  return letters.size() == 1 ? fmt::format("axis {}", letters)
                             : fmt::format("axes {} and {}", letters[0], letters[1]);
}

std::string name_of_axes(const Eigen::Matrix3d& axes) {
  const std::array<Entry, 3> entries = entries_of(axes);
  std::string negative;
  std::string moved;
  std::string written;
  for (int row = 0; row < 3; ++row) {
    const Entry& e = entries[static_cast<std::size_t>(row)];
    if (e.negative) negative += kAxis[row];
    if (e.column != row) moved += kAxis[row];
    written += fmt::format("{}{}{}", row == 0 ? "" : ", ", e.negative ? "-" : "", kAxis[e.column]);
  }
  if (moved.empty() && negative.empty()) return "";
  if (moved.empty() && negative.size() == 3) return "of the opposite sign";
  if (moved.empty()) return fmt::format("with {} of the opposite sign", axis_list(negative));
  if (moved.size() == 2 && negative.empty())
    return fmt::format("with {} exchanged", axis_list(moved));
  return fmt::format("with its columns read as ({})", written);
}

/// Number of mistakes. A change of all signs is one mistake, an exchange of two axes is one.
int mistakes_in(const Eigen::Matrix3d& axes) {
  int negative = 0;
  int moved = 0;
  const std::array<Entry, 3> entries = entries_of(axes);
  for (std::size_t row = 0; row < 3; ++row) {
    negative += entries[row].negative ? 1 : 0;
    moved += entries[row].column != static_cast<int>(row) ? 1 : 0;
  }
  return std::min(negative, 1 + 3 - negative) + (moved == 0 ? 0 : moved - 1);
}

/// See GyroscopeReading::accelerometer_name. Of the two solutions, the transpose and its negative, the
/// simpler one.
std::string name_for_accelerometer(const Eigen::Matrix3d& axes) {
  if (axes.determinant() < 0.0) return "";
  const Eigen::Matrix3d same = axes.transpose();
  return name_of_axes(mistakes_in(-same) < mistakes_in(same) ? Eigen::Matrix3d(-same) : same);
}

std::vector<Eigen::Matrix3d> signed_permutations() {
  std::vector<Eigen::Matrix3d> all;
  std::array<int, 3> order = {0, 1, 2};
  do {
    for (int signs = 0; signs < 8; ++signs) {
      Eigen::Matrix3d axes = Eigen::Matrix3d::Zero();
      for (int row = 0; row < 3; ++row) {
        axes(row, order[static_cast<std::size_t>(row)]) = (signs >> row & 1) != 0 ? -1.0 : 1.0;
      }
      all.push_back(axes);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return all;
}

}  // namespace

std::vector<GyroscopeReading> gyroscope_readings(bool stated_degrees) {
  const double degree = core::degrees_to_radians(1.0);
  const std::string other = stated_degrees ? "radians a second" : "degrees a second";
  std::vector<GyroscopeReading> all;
  for (const Eigen::Matrix3d& axes : signed_permutations()) {
    const std::string name = name_of_axes(axes);
    const int mistakes = mistakes_in(axes);
    all.push_back({1.0, axes, name, name_for_accelerometer(axes), mistakes});
    const double scale = stated_degrees ? 1.0 / degree : degree;
    all.push_back({scale, axes, name.empty() ? "as " + other : "as " + other + ", " + name, "",
                   mistakes + 1});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const GyroscopeReading& a, const GyroscopeReading& b) {
                     return a.simplicity < b.simplicity;
                   });
  return all;
}

}  // namespace imu
