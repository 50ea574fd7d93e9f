#include "report/values.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "core/csv.h"
#include "core/json_text.h"

namespace report {
namespace {

std::string csv_field(const nlohmann::json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? core::csv_field(value.get<std::string>()) : core::json_text(value);
}

/// The value of a column: of the row itself, or of an object in the row whose name comes first in
/// the column's ("sounding_n"). Null if there is none.
nlohmann::json value_at(const nlohmann::json& row, const std::string& column) {
  if (row.contains(column)) return row[column];
  for (const auto& [name, value] : row.items()) {
    if (!value.is_object() || column.rfind(name + "_", 0) != 0) continue;
    return value.value(column.substr(name.size() + 1), nlohmann::json(nullptr));
  }
  return nullptr;
}

}  // namespace

nlohmann::json json_number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json json_number(const std::optional<double>& value) {
  return value ? json_number(*value) : nlohmann::json(nullptr);
}

nlohmann::json seeds_json(const std::vector<evaluate::SeedMean>& seeds) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::SeedMean& seed : seeds) {
    list.push_back({{"seed", seed.seed},
                    {"mean_deg", json_number(seed.mean_deg)},
                    {"median_deg", json_number(seed.median_deg)}});
  }
  return list;
}

nlohmann::json json_window(const doa::WindowLength& window) {
  return window.full() ? nlohmann::json("full") : nlohmann::json(*window.seconds);
}

std::string csv_text(std::span<const char* const> columns, const nlohmann::json& rows) {
  std::string out = fmt::format("{}\n", fmt::join(columns, ","));
  for (const nlohmann::json& row : rows) {
    std::vector<std::string> fields;
    for (const char* column : columns) fields.push_back(csv_field(value_at(row, column)));
    out += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return out;
}

}  // namespace report
