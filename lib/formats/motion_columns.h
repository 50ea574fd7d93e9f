/// The columns of a motion log: which of them hold times, rates, accelerations and orientations.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/column_name.h"
#include "io/table_header.h"

namespace formats {

/// Fields that the user names himself ("gx" to a column's name or its number from 1). The fields are
/// time, gx, gy, gz, ax, ay, az, mx, my, mz, qw, qx, qy, qz, roll, pitch, yaw.
using StatedColumns = std::map<std::string, std::string>;

/// Reads FIELD=COLUMN texts. @throws core::UsageError  for an unknown field or one that is repeated
StatedColumns read_stated_columns(const std::vector<std::string>& texts);

/// Three columns of one sensor, or three angles.
struct VectorColumns {
  std::array<std::size_t, 3> column{};  ///< Of x, y, z; of roll, pitch, yaw.
  std::optional<Unit> unit;             ///< Empty: the names state none.
  std::string stem;                     ///< Words that their names share.
  bool stated = false;  ///< The user names the columns: his unit counts, not theirs.
};

/// Four columns of a quaternion.
struct QuaternionColumns {
  std::array<std::size_t, 4> column{};  ///< Of w, x, y, z; of a numbered quaternion: as numbered.
  std::string stem;
};

/// A column of times.
struct TimeColumn {
  std::size_t column = 0;
  std::optional<Unit> unit;  ///< Empty: the name does not state it.
  bool stated = false;       ///< The user names the column: his unit counts, not the name's.
  bool sample_time_fine =
      false;  ///< Xsens' SampleTimeFine: 0.1 ms or 1 us, depending on the device.
  /// A second column with the part below a second ("secs", "nsecs"); empty: there is none.
  std::optional<std::size_t> fraction;
  double fraction_unit_s = 0.0;
};

/// Columns by the meaning of their names. All functions prefer columns that the user states.
class MotionColumns {
 public:
  /// @param path   named in messages
  /// @param body   where several bodies were recorded: the one that is read; empty: the only one
  /// @throws core::UsageError  if a stated column or body does not exist
  MotionColumns(std::filesystem::path path, const io::TableHeader& header,
                const StatedColumns& stated = {}, const std::string& body = "");

  /// Three columns of a sensor; nothing if there are none.
  /// @throws core::UsageError  if several sensors fit
  std::optional<VectorColumns> vector(Quantity quantity) const;
  /// Columns whose names are only X, Y, Z.
  std::optional<VectorColumns> plain_vector() const { return vector(Quantity::kPlain); }
  /// Columns of w, x, y, z. @throws core::UsageError  if several bodies fit
  std::optional<QuaternionColumns> quaternion() const;
  /// Columns 0 ... 3 or 1 ... 4 of a quaternion whose names do not say which is the scalar.
  std::optional<QuaternionColumns> numbered_quaternion() const;
  /// Columns of roll, pitch, yaw.
  std::optional<VectorColumns> euler() const;
  /// The nine columns of a rotation matrix, row by row.
  std::optional<std::array<std::size_t, 9>> matrix() const;
  /// The column of times that belongs to columns with this stem.
  std::optional<TimeColumn> time(std::string_view stem) const;
  /// A column that counts frames or packets.
  std::optional<std::size_t> frame() const;

  bool has(Quantity quantity) const;
  bool unnamed() const { return columns_.empty(); }
  std::size_t size() const { return count_; }
  const std::filesystem::path& path() const { return path_; }
  /// Index of a column with one of these names, for columns that are known by their whole name.
  std::optional<std::size_t> find(std::initializer_list<const char*> names) const;
  /// The names of all columns, for messages.
  std::string list() const;

 private:
  struct Column {
    std::string name;
    ColumnName read;
    std::string set;                 ///< Columns of one sensor have the same.
    std::vector<std::string> above;  ///< Cells of the header above the name, the nearest first.
  };
  using Sets = std::map<std::string, std::map<char, std::size_t>>;

  void read_names(const io::TableHeader& header);
  void keep_body(const std::string& body);
  std::size_t resolve(const std::string& field, const std::string& text) const;
  /// The stated columns of some fields; nothing if none of them is stated.
  template <std::size_t N>
  std::optional<std::array<std::size_t, N>> stated(const std::array<const char*, N>& fields) const {
    std::array<std::size_t, N> columns{};
    std::size_t count = 0;
    std::string list;
    for (std::size_t i = 0; i < N; ++i) {
      list += (i == 0 ? "" : ", ") + std::string(fields[i]);
      const auto at = stated_.find(fields[i]);
      if (at == stated_.end()) continue;
      columns[i] = at->second;
      ++count;
    }
    if (count == 0) return std::nullopt;
    if (count < N) fail_incomplete(list, count);
    return columns;
  }
  [[noreturn]] static void fail_incomplete(const std::string& fields, std::size_t found);
  std::optional<std::string> complete_set(Quantity quantity, std::string_view components) const;
  std::size_t member(Quantity quantity, const std::string& set, char component) const;
  [[noreturn]] void fail_ambiguous(Quantity quantity, const std::vector<std::string>& sets) const;
  int time_penalty(const Column& column, std::string_view stem) const;
  void add_fraction(TimeColumn& time) const;
  TimeColumn time_column(std::size_t index) const;

  std::filesystem::path path_;
  std::size_t count_ = 0;        ///< Number of columns of the table.
  std::vector<Column> columns_;  ///< [count_]; empty: the table has no names
  std::map<std::string, std::size_t> stated_;
};

}  // namespace formats
