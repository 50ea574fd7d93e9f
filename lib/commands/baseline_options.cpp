#include "commands/baseline_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "commands/known_array.h"
#include "core/errors.h"
#include "core/value_range.h"
#include "doa/baseline_registry.h"

namespace commands {
namespace {

bool contains(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Each of a list's names is known by `known`, and none is repeated.
template <typename Known>
void check_names(const std::string& option, const std::vector<std::string>& names, Known known) {
  if (names.empty()) throw core::UsageError(option + ": name at least one");
  for (const std::string& name : names) {
    if (std::count(names.begin(), names.end(), name) > 1) {
      throw core::UsageError(fmt::format("{}: {} is named twice", option, name));
    }
    known(name);
  }
}

void check_search(const std::string& search) {
  core::require(search == "grid" || search == "refined",
                fmt::format("--search: expected grid or refined, found \"{}\"", search));
}

}  // namespace

doa::PoolFrame pool_frame(const std::string& name) {
  if (name == "sensor") return doa::PoolFrame::kSensor;
  if (name == "world") return doa::PoolFrame::kWorld;
  throw core::UsageError(fmt::format("--pooling: expected sensor or world, found \"{}\"", name));
}

doa::BaselineOptions method_options(const doa::BaselineMethod& method,
                                    const BaselineRunOptions& options) {
  doa::BaselineOptions settings = method.options;
  settings.floor_db = options.floor_db;
  settings.selectivity = options.selectivity;
  settings.speed_of_sound = options.sound_speed.speed_of_sound();
  settings.whiten_frames = options.cpsd == "whitened";
  if (!contains(options.search, "refined")) settings.refine_step_deg = 0.0;
  if (const auto band = parse_band(options.band)) {
    std::tie(settings.min_hz, settings.max_hz) = *band;
  }
  return settings;
}

std::vector<doa::WindowLength> window_lengths(const std::vector<std::string>& texts) {
  std::vector<doa::WindowLength> lengths;
  for (const std::string& text : texts) lengths.push_back(doa::WindowLength::parse(text));
  return lengths;
}

std::string baseline_option_help() {
  return "Also run methods that know the array: " + doa::baseline_help();
}

nlohmann::json BaselineRunOptions::to_json() const {
  nlohmann::json bands;
  for (const std::string& method : methods) {
    const doa::BaselineOptions settings = method_options(doa::baseline_method(method), *this);
    bands[method] = core::ValueRange{settings.min_hz, settings.max_hz}.text();
  }
  nlohmann::json json = {{"pooling", pooling},
                         {"search", search},
                         {"window", window},
                         {"stride", stride},
                         {"cpsd", cpsd},
                         {"selectivity", selectivity},
                         {"floor_db", fmt::format("{:g}", floor_db)},  // JSON has no infinity
                         {"band", bands},
                         {"noise_margin_db", noise_margin_db},
                         {"onset_weights", onset_weights}};
  sound_speed.add_to(json);
  return json;
}

void check_baseline_options(const BaselineRunOptions& options) {
  check_names("--baselines", options.methods, [&](const std::string& name) {
    method_options(doa::baseline_method(name), options);
  });
  check_names("--pooling", options.pooling, pool_frame);
  check_names("--search", options.search, check_search);
  check_names("--window", options.window, doa::WindowLength::parse);
  core::require(options.floor_db < 0.0,
                fmt::format("--floor-db: expected less than 0, found {}", options.floor_db));
  core::require(options.cpsd == "whitened" || options.cpsd == "energy",
                fmt::format("--cpsd: expected whitened or energy, found \"{}\"", options.cpsd));
  core::require(
      options.selectivity > 0.0 && options.selectivity <= 20.0,
      fmt::format("--selectivity: expected above 0 and up to 20, found {}", options.selectivity));
  core::require(
      options.noise_margin_db >= 0.0 && options.noise_margin_db <= 100.0,
      fmt::format("--noise-margin: expected 0 (off) to 100 dB, found {}", options.noise_margin_db));
  core::require(options.stride >= 1, "--stride: expected at least 1");
}

}  // namespace commands
