/// csl-infer: localizes windows of features with a model.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/known_array.h"
#include "doa/tracker.h"
#include "localize/window_estimator.h"

namespace commands {

struct InferOptions {
  CommonOptions common;
  std::filesystem::path model;
  KnownArrayOptions known;      ///< in place of a model
  std::vector<std::string> in;  ///< features, sessions or audio files, or glob patterns
  std::string channels;         ///< of audio files, such as "1-4"; empty: all
  std::filesystem::path out;    ///< estimates file; may be empty if `csv` is not
  std::string csv;              ///< table to write; "-": standard output; empty: none
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};
  std::string estimator = "robust";  ///< a name of localize::estimator_kinds()
  std::string precision = "f32";     ///< of the network: "f32" or "bf16"
  /// Frame in which windows are pooled: "world" or "sensor"; empty: the world if all inputs have
  /// orientation.
  std::string frame;
  std::size_t stride = 1;            ///< frames between neighboring windows
  bool dry_run = false;              ///< only say what would be written and how long it takes
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
/// window length, and tracks of a mixture leave out directions without evidence. With --array, the
/// estimator is srp-phat and a table has ten lines a second.
struct GivenOptions {
  bool window = false, stride = false, estimator = false, source_gain = false;
};
void set_dependent_defaults(InferOptions& options, bool stream, const GivenOptions& given);

/// Checks the options of the estimator and converts them. @throws core::UsageError
localize::EstimatorSetup estimator_setup(const InferOptions& options);

/// The tracker's options for the setup's only window length.
/// @throws core::UsageError  if there are several, or it is "full"
doa::TrackerOptions tracking_of(const localize::EstimatorSetup& setup, doa::WindowPlace place);

/// @throws core::UsageError, core::InputError, core::IoError
void infer(const InferOptions& options);

}  // namespace commands
