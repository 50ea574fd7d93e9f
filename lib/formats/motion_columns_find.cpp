/// MotionColumns: the columns of one quantity.
#include <fmt/format.h>

#include <algorithm>

#include "formats/motion_columns.h"
#include "io/table_cells.h"

namespace formats {
namespace {

/// Words beside a time that do not make it another clock.
const WordSet kNeutralTimeWords = {"header", "field",  "sensor", "since",    "start",  "in",
                                   "of",     "the",    "reboot", "boot",     "unix",   "tracking",
                                   "device", "sample", "fine",   "relative", "motion", "imu"};

}  // namespace

std::optional<VectorColumns> MotionColumns::vector(Quantity quantity) const {
  std::optional<std::array<std::size_t, 3>> columns;
  if (quantity == Quantity::kGyroscope) columns = stated<3>({"gx", "gy", "gz"});
  if (quantity == Quantity::kAccelerometer) columns = stated<3>({"ax", "ay", "az"});
  if (quantity == Quantity::kMagnetometer) columns = stated<3>({"mx", "my", "mz"});
  VectorColumns found;
  if (columns) {
    found.column = *columns;
    found.stated = true;
    if (columns_.empty()) return found;
    const ColumnName& name = columns_[found.column[0]].read;
    if (name.unit && dimension_of(quantity) == name.unit->dimension) found.unit = name.unit;
    found.stem = name.stem;
    return found;
  }
  const std::optional<std::string> set = complete_set(quantity, "xyz");
  if (!set) return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i) {
    found.column[i] = member(quantity, *set, static_cast<char>('x' + i));
  }
  const ColumnName& name = columns_[found.column[0]].read;
  found.unit = name.unit;
  found.stem = name.stem;
  return found;
}

std::optional<QuaternionColumns> MotionColumns::quaternion() const {
  if (const auto columns = stated<4>({"qw", "qx", "qy", "qz"})) {
    return QuaternionColumns{*columns, unnamed() ? "" : columns_[(*columns)[0]].read.stem};
  }
  for (const Quantity quantity : {Quantity::kRotation, Quantity::kPlain}) {
    const std::optional<std::string> set = complete_set(quantity, "wxyz");
    if (!set) continue;
    QuaternionColumns found;
    for (std::size_t i = 0; i < 4; ++i) found.column[i] = member(quantity, *set, "wxyz"[i]);
    found.stem = columns_[found.column[0]].read.stem;
    return found;
  }
  return std::nullopt;
}

std::optional<QuaternionColumns> MotionColumns::numbered_quaternion() const {
  for (const std::string_view digits : {"0123", "1234"}) {
    const std::optional<std::string> set = complete_set(Quantity::kRotation, digits);
    if (!set) continue;
    QuaternionColumns found;
    for (std::size_t i = 0; i < 4; ++i) {
      found.column[i] = member(Quantity::kRotation, *set, digits[i]);
    }
    found.stem = columns_[found.column[0]].read.stem;
    return found;
  }
  return std::nullopt;
}

std::optional<VectorColumns> MotionColumns::euler() const {
  VectorColumns found;
  if (const auto columns = stated<3>({"roll", "pitch", "yaw"})) {
    found.column = *columns;
    found.stated = true;
  } else if (const std::optional<std::string> set = complete_set(Quantity::kEuler, "rph")) {
    for (std::size_t i = 0; i < 3; ++i) found.column[i] = member(Quantity::kEuler, *set, "rph"[i]);
  } else {
    return std::nullopt;
  }
  if (unnamed()) return found;
  const ColumnName& name = columns_[found.column[2]].read;
  if (name.unit && name.unit->dimension == Dimension::kAngle) found.unit = name.unit;
  found.stem = name.stem;
  return found;
}

std::optional<std::array<std::size_t, 9>> MotionColumns::matrix() const {
  int origin = 1;  // Indices count from 0 if one of them is 0.
  for (const Column& column : columns_) {
    if (column.read.quantity != Quantity::kMatrix) continue;
    if (column.read.row == 0 || column.read.column == 0) origin = 0;
  }
  std::array<std::size_t, 9> found{};
  for (std::size_t i = 0; i < 9; ++i) {
    const auto at = std::ranges::find_if(columns_, [&](const Column& column) {
      return column.read.quantity == Quantity::kMatrix &&
             column.read.row == static_cast<int>(i / 3) + origin &&
             column.read.column == static_cast<int>(i % 3) + origin;
    });
    if (at == columns_.end()) return std::nullopt;
    found[i] = static_cast<std::size_t>(at - columns_.begin());
  }
  return found;
}

/// The smaller, the more likely the column holds the times of the columns with the stem.
int MotionColumns::time_penalty(const Column& column, std::string_view stem) const {
  const Words shared = words_of(stem);
  int penalty = column.read.unit ? 0 : 2;
  if (column.read.text) penalty += 16;
  const Words words = words_of(column.read.stem);
  for (const std::string& word : words) {
    const bool known = kTimeWords.contains(word) || kNeutralTimeWords.contains(word) ||
                       std::ranges::find(shared, word) != shared.end();
    if (!known) penalty += 4;
  }
  // The time of a message's header is the sensor's; the other is the time of its arrival.
  if (formats::has(words, {"header"})) penalty -= 1;
  return penalty;
}

TimeColumn MotionColumns::time_column(std::size_t index) const {
  TimeColumn time;
  time.column = index;
  if (unnamed()) return time;
  const ColumnName& name = columns_[index].read;
  if (name.unit && name.unit->dimension == Dimension::kTime) time.unit = name.unit;
  time.sample_time_fine = !time.unit && name.stem == "sample time fine";
  // Exports of ROS bags begin all names with "field." and count ns.
  const bool ros = std::ranges::any_of(
      columns_, [](const Column& column) { return column.name.starts_with("field."); });
  if (!time.unit && ros) time.unit = find_unit("ns");
  return time;
}

/// Finds the column that holds the part below a second of a column of whole seconds.
void MotionColumns::add_fraction(TimeColumn& time) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ColumnName& other = columns_[i].read;
    if (i == time.column || other.quantity != Quantity::kTime || !other.unit || !time.unit)
      continue;
    if (other.stem != columns_[time.column].read.stem) continue;
    const bool finer = other.unit->factor < 1.0 && time.unit->factor == 1.0;
    const bool coarser = other.unit->factor == 1.0 && time.unit->factor < 1.0;
    if (!finer && !coarser) continue;
    time.fraction = finer ? i : time.column;
    time.fraction_unit_s = finer ? other.unit->factor : time.unit->factor;
    if (coarser) time.column = i;
    if (coarser) time.unit = other.unit;
    return;
  }
}

std::optional<TimeColumn> MotionColumns::time(std::string_view stem) const {
  if (const auto columns = stated<1>({"time"})) {
    TimeColumn time = time_column((*columns)[0]);
    time.stated = true;
    return time;
  }
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].read.quantity != Quantity::kTime) continue;
    if (!best || time_penalty(columns_[i], stem) < time_penalty(columns_[*best], stem)) best = i;
  }
  if (!best) return std::nullopt;
  TimeColumn time = time_column(*best);
  add_fraction(time);
  return time;
}

std::optional<std::size_t> MotionColumns::frame() const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].read.quantity == Quantity::kFrame) return i;
  }
  return std::nullopt;
}

bool MotionColumns::has(Quantity quantity) const {
  return std::ranges::any_of(
      columns_, [&](const Column& column) { return column.read.quantity == quantity; });
}

std::optional<std::size_t> MotionColumns::find(std::initializer_list<const char*> names) const {
  for (const char* name : names) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (io::normalized_name(columns_[i].name) == name) return i;
    }
  }
  return std::nullopt;
}

std::string MotionColumns::list() const {
  if (unnamed()) return fmt::format("{} columns without names", count_);
  std::string list;
  for (const Column& column : columns_) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", column.name);
  }
  return list.size() > 300 ? list.substr(0, 300) + "..." : list;
}

}  // namespace formats
