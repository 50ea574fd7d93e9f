/// The steps of csl-calibrate, from recordings to a model and a report.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/device/device.h"
#include "commands/device/recordings.h"
#include "commands/device/step_log.h"
#include "report/device_report.h"

namespace commands::device {

/// One run of csl-calibrate. Each step makes files from earlier files.
class Run {
 public:
  explicit Run(const Options& options);

  const std::vector<Recording>& recordings() const { return recordings_; }
  /// Does all steps that are left. @throws core::InputError, core::DivergedError and others
  void run();
  /// What was found; complete after run().
  report::DeviceReport conclude();
  /// The report of a run that was given up.
  report::DeviceReport give_up(const std::string& reason) const;
  /// Removes model.h5 and array.* of an earlier run from the folder of results.
  void remove_earlier_results() const;
  /// Why training did not leave its initial plateau, for people who recorded something.
  std::string why_nothing_was_learned() const;
  /// Writes report.html and report.json, unless the folder has them, and prints the report.
  void write(report::DeviceReport report);

 private:
  using Paths = std::vector<std::filesystem::path>;
  /// What an import says; empty before it.
  struct ImportFiles {
    std::filesystem::path json, pictures;
  };

  std::filesystem::path step(const std::string& name) const {
    return options_.out / "steps" / name;
  }
  /// A file of a pass; the first one of two has its own folder.
  std::filesystem::path step(bool first, const std::string& name) const {
    return step(first ? "first/" + name : name);
  }
  std::filesystem::path step(std::size_t i, bool first, const std::string& ending) const {
    return step(first, recordings_[i].name + ending);
  }
  /// report.json of a recording's newest import; nothing before it is written.
  std::optional<nlohmann::json> read_import_report(std::size_t i) const;
  std::vector<std::string> all_features(bool first) const;

  /// Makes files unless they were made before from the same inputs with the same options.
  void make(const Paths& outputs, const nlohmann::json& options, const Paths& inputs,
            const std::function<void()>& work);
  void import(std::size_t i, bool first);
  void make_features(std::size_t i, bool first);
  /// Trains a model whose reflection is open; the second one also gets responses.
  void train(bool first);
  void decide_reflection();
  /// Scales the positions to the speed of sound.
  void finish_model();
  void export_array();
  void add_pictures(report::DeviceReport& report) const;
  void measure_agreement();

  const Options& options_;
  std::vector<Recording> recordings_;
  std::filesystem::path trained_;            ///< model with responses; its reflection is open
  std::filesystem::path decided_;            ///< the same with the reflection decided
  std::filesystem::path model_;              ///< the result
  std::vector<ImportFiles> import_reports_;  ///< [recordings], of the newest import
  std::optional<StepLog> log_;
  std::set<std::filesystem::path> made_;  ///< files of the steps that this run has made or kept
};

}  // namespace commands::device
