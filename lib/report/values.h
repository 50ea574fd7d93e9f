/// How report.json and the CSV files write values; used in this folder only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "doa/window.h"
#include "evaluate/results.h"

namespace report {

/// A number, or null where it does not exist: JSON has no NaN.
nlohmann::json json_number(double value);
nlohmann::json json_number(const std::optional<double>& value);
/// [{"seed", "mean_deg", "median_deg"}, ...], one entry a training seed; empty for other methods.
nlohmann::json seeds_json(const std::vector<evaluate::SeedMean>& seeds);
/// Seconds, or "full".
nlohmann::json json_window(const doa::WindowLength& window);

/// A header line and one line a row. A column is a field of the row, or "object_field" for a field
/// of an object in the row. Values that are null or missing become empty fields, and text is quoted
/// where it must be.
std::string csv_text(std::span<const char* const> columns, const nlohmann::json& rows);

}  // namespace report
