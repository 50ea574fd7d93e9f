/// csl-infer: localizes windows of features with a model.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands/common.h"
#include "formats/model_file.h"
#include "localize/window_estimator.h"

namespace commands {

struct InferOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::vector<std::string> in;
  std::filesystem::path out;
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};
  std::string estimator = "robust";  ///< a name of localize::estimator_kinds()
  std::string precision = "f32";     ///< of the network: "f32" or "bf16"
  std::string frame = "world";       ///< frame in which windows are pooled: "world" or "sensor"
  std::size_t stride = 1;            ///< frames between neighboring windows
  bool track = false;                ///< also track sources; needs one window length
  bool causal = false;               ///< an estimate belongs to its window's last frame
  bool bins = false;                 ///< also write every bin's direction and source
  std::size_t max_sources = 1;       ///< kde and mixture: largest number of sources in a window
  double source_share = 0.0;         ///< kde: see doa::SourceOptions::density_share
  double source_gain = 0.0;          ///< mixture: see doa::MixtureOptions::min_gain
  double min_separation_deg = 15.0;  ///< kde and mixture: see doa::SourceOptions
  double bandwidth_deg = 1.0;        ///< kde: bandwidth alpha of the kernel, degrees
  std::filesystem::path confidence;  ///< file of csl-eval --write-confidence; empty: none

  nlohmann::json to_json() const;
};

/// Names of the estimators as the value of --estimator, "robust|centroid|...".
std::string estimator_form();
/// A table of the estimators for the end of the help.
std::string estimator_help();

/// Defaults of options that are not given and that depend on others: --stream and --track take one
/// window length, and tracks of a mixture leave out directions without evidence.
void set_dependent_defaults(InferOptions& options, bool stream, bool window_given,
                            bool source_gain_given);

/// Checks the options of the estimator and converts them. @throws core::UsageError
localize::EstimatorSetup estimator_setup(const InferOptions& options);

/// The array's learned responses at the frequencies of its features; null if the model has none.
std::shared_ptr<const calib::ResponseTable> response_table(const formats::LoadedModel& loaded);

/// @throws core::UsageError, core::InputError, core::IoError
void infer(const InferOptions& options);

}  // namespace commands
