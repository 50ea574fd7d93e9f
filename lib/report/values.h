/// How report.json and the CSV files write values; used by the report writer only.
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
/// [{"seed", "mean_deg"}, ...]: what each training seed reached; empty for other methods.
nlohmann::json seeds_json(const std::vector<evaluate::SeedMean>& seeds);
/// Seconds, or "full".
nlohmann::json json_window(const doa::WindowLength& window);

/// A header and one line a row, from objects that have all columns; null becomes an empty field,
/// and text is quoted where it must be.
std::string csv_text(std::span<const char* const> columns, const nlohmann::json& rows);

}  // namespace report
