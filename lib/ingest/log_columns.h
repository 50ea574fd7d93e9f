/// Which column of a log means what.
#pragma once

#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ingest/options.h"
#include "io/table.h"

namespace ingest {

/// The first of these names that the table has.
std::optional<std::size_t> find_column(const io::Table& table,
                                       std::initializer_list<const char*> names);
/// All of a group of columns, each by any of its names; nothing if one is missing.
template <std::size_t N>
std::optional<std::array<std::size_t, N>> find_columns(
    const io::Table& table, const std::array<std::initializer_list<const char*>, N>& names) {
  std::array<std::size_t, N> columns{};
  for (std::size_t i = 0; i < N; ++i) {
    const std::optional<std::size_t> column = find_column(table, names[i]);
    if (!column) return std::nullopt;
    columns[i] = *column;
  }
  return columns;
}

/// Names of a table's columns for messages.
std::string list_columns(const io::Table& table);

/// Times of all rows in s: a column of times (time_s, time, t, timestamp, ... with _ms, _us, _ns),
/// a count of frames with --frame-rate, or LOCATA's year ... second (then seconds since midnight of
/// the first day).
/// @param facts  receives "time": what was read as what
/// @throws core::InputError  if there is none, or steps between rows that no unit in s can have
std::vector<double> read_times(const io::Table& table, const Options& options,
                               nlohmann::json& facts);

}  // namespace ingest
