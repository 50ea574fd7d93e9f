/// Options of csl-eval --baselines.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/sound_speed.h"
#include "doa/baseline_method.h"
#include "doa/window.h"

namespace commands {

/// Help of the option --baselines: every method with one line and its band.
std::string baseline_option_help();

struct BaselineRunOptions {
  std::vector<std::string> methods;                        ///< names of doa::baseline_methods()
  std::vector<std::string> pooling = {"sensor", "world"};  ///< frames in which windows are pooled
  std::vector<std::string> search = {"grid", "refined"};   ///< best grid point, local search
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};  ///< lengths, s, or "full"
  std::string cpsd = "whitened";  ///< SRP-PHAT's cross-spectra over a window: "whitened", "energy"
  double selectivity = 3.0;       ///< exponent alpha of LSDD's masks
  double floor_db = -40.0;  ///< bins so far below the largest of their frequency are left out, dB
  std::string band;         ///< frequencies of all methods, "LOW:HIGH" Hz; empty: each one's own
  double noise_margin_db = 0.0;  ///< see localize::BinWeightOptions
  bool onset_weights = false;    ///< see localize::BinWeightOptions
  SoundSpeedOptions sound_speed;
  std::size_t stride = 1;  ///< frames between neighboring windows

  /// The resolved options, but for the methods: for the provenance of the estimates.
  nlohmann::json to_json() const;
};

/// Checks options alone, before any work. @throws core::UsageError
void check_baseline_options(const BaselineRunOptions& options);

/// A method's default options, changed by the options of the run.
/// @throws core::UsageError  if the band is not LOW:HIGH with 0 < LOW < HIGH
doa::BaselineOptions method_options(const doa::BaselineMethod& method,
                                    const BaselineRunOptions& options);

/// "sensor" or "world". @throws core::UsageError
doa::PoolFrame pool_frame(const std::string& name);

/// @throws core::UsageError  if a text is not a window length
std::vector<doa::WindowLength> window_lengths(const std::vector<std::string>& texts);

}  // namespace commands
