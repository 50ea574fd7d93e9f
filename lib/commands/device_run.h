/// The steps of csl-calibrate, from recordings to a model and a report.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "commands/device.h"
#include "commands/device_recordings.h"
#include "commands/step_log.h"
#include "report/device_report.h"

namespace commands {

/// One run of csl-calibrate. Each step makes one file from earlier files.
class DeviceRun {
 public:
  explicit DeviceRun(const DeviceOptions& options);

  void print_plan() const;
  /// Does all steps that are left. @throws core::InputError, core::DivergedError and others
  void run();
  /// What was found; complete after run().
  report::DeviceReport conclude();
  /// The report of a run that was given up.
  report::DeviceReport give_up(const std::string& reason) const;
  /// Why training did not leave its initial plateau, for people who recorded something.
  std::string why_nothing_was_learned() const;
  void write(report::DeviceReport report) const;

 private:
  bool two_passes() const { return options_.import.time_offset == "auto"; }
  std::filesystem::path step(const std::string& name) const {
    return options_.out / "steps" / name;
  }
  std::filesystem::path import_report(std::size_t i) const;
  /// report.json of a recording's import; nothing before it is written.
  std::optional<nlohmann::json> read_import_report(std::size_t i) const;
  std::filesystem::path features(std::size_t i, bool first) const;
  std::vector<std::string> all_features(bool first) const;

  /// Makes a file unless it was made before from the same inputs with the same options.
  void make(const std::filesystem::path& output, const nlohmann::json& options,
            const std::vector<std::filesystem::path>& inputs, const std::function<void()>& work);
  void import(std::size_t i, bool first);
  void make_features(std::size_t i, bool first);
  void train(bool first);
  void export_array();

  const DeviceOptions& options_;
  std::vector<DeviceRecording> recordings_;
  std::filesystem::path model_;
  std::optional<StepLog> log_;
};

}  // namespace commands
