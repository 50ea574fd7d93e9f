/// What the name of a column of a motion log says. No name is looked up as a whole: a name is
/// divided into words, and each word says its part (sensor, component, unit).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/column_unit.h"
#include "formats/column_words.h"

namespace formats {

enum class Quantity {
  kOther,  ///< Nothing that a motion log is read for.
  kPlain,  ///< A component without the name of a quantity, such as "X".
  kTime,
  kFrame,     ///< A count of frames or packets.
  kSubFrame,  ///< Vicon's count within a frame.
  kGyroscope,
  kAccelerometer,       ///< Specific force, with gravity.
  kLinearAcceleration,  ///< Of an Android phone: without gravity. In ROS messages: with gravity.
  kUserAcceleration,    ///< Without gravity.
  kGravity,
  kMagnetometer,
  kRotation,  ///< A quaternion, or three numbers of a rotation.
  kEuler,
  kMatrix,
};

/// What one name says.
struct ColumnName {
  Quantity quantity = Quantity::kOther;
  /// 'x', 'y', 'z', 'w'; '0' ... '3' of a numbered quaternion; 'r', 'p', 'h' for roll, pitch, yaw;
  /// 0: none.
  char component = 0;
  int row = -1;              ///< Of an entry of a matrix, as the name counts, from 0 or 1.
  int column = -1;           ///< The same.
  std::optional<Unit> unit;  ///< Of the dimension of the quantity; empty: the name states none.
  bool text = false;         ///< The name says that the column holds text ("(txt)").
  /// Words that are neither component nor unit, in lower case, with blanks between. Columns of one
  /// vector have the same.
  std::string stem;
  int doubt =
      0;  ///< Raw, uncalibrated or Earth-fixed columns are taken only if there are no others.
};

ColumnName read_column_name(std::string_view name);

/// The quantity that the words of a file's name or of a sensor's name state; kPlain: none.
Quantity quantity_of_words(const Words& words);

/// The dimension of the unit of a quantity; nothing for a quantity without unit.
std::optional<Dimension> dimension_of(Quantity quantity);

}  // namespace formats
