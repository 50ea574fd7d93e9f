/// csl-import --heading sound: the log's heading against the sound of a source that stands still.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/import_options.h"
#include "commands/knowledge.h"
#include "imu/clock.h"
#include "ingest/audio_scan.h"
#include "ingest/facts.h"
#include "ingest/intervals.h"
#include "ingest/orientation_log.h"
#include "learn/model.h"
#include "localize/window_estimator.h"

namespace commands {

/// What the user wants of the sound.
enum class HeadingRule {
  kLog,    ///< The log's heading is kept; it is compared with the sound where that is possible.
  kSound,  ///< The heading follows the sound.
};

/// "log" or "sound". @throws core::UsageError
HeadingRule heading_rule(const ImportOptions& options);

/// Finds directions of sound by a model or a known array, and from them the drift of the heading.
class HeadingCheck {
 public:
  /// Reads the model or the array. @throws core::UsageError, core::InputError
  HeadingCheck(const ImportOptions& options, double rate_hz);

  /// Compares one recording's log with its sound; with HeadingRule::kSound the log is corrected.
  /// @return  none: there is no source that stands still, or too little sound; only with kLog
  /// @throws core::InputError  the same with kSound, and for another number of microphones
  std::optional<ingest::HeadingFacts> run(const ingest::Options& options,
                                          const ingest::AudioScan& scan,
                                          const std::vector<ingest::Interval>& intervals,
                                          const imu::ClockMap& clock, ingest::OrientationLog& log);

 private:
  HeadingRule rule_;
  InferOptions infer_;
  Knowledge knowledge_;
  session::FeatureSettings settings_;
  std::unique_ptr<localize::WindowEstimator> estimator_;
  std::optional<learn::Predictor> predictor_;  ///< of a model without responses
};

}  // namespace commands
