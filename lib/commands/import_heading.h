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
#include "ingest/heading_by_sound.h"
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
  /// Reads the model or the array.
  /// @param settings  of the features, with an array; a model has its own
  /// @throws core::UsageError, core::InputError
  HeadingCheck(const ImportOptions& options, const session::FeatureSettings& settings);

  /// Settings of the features that add() expects.
  const session::FeatureSettings& settings() const { return settings_; }

  /// Finds the directions of a stretch of sound.
  /// @param heard    features whose orientations are those of the log
  /// @param start_s  recording time at which the features' times begin
  /// @param truth    direction of the only source in the world, if it is known
  void add(const session::Features& heard, double start_s,
           const std::optional<Eigen::Vector3d>& truth);

  /// Compares the log with the directions that were added since the last call; with
  /// HeadingRule::kSound the log is corrected.
  /// @param name  of the recording, for messages
  /// @return  none: there is no source that stands still, or too little sound; only with kLog
  /// @throws core::InputError  the same with kSound
  std::optional<ingest::HeadingFacts> finish(const std::string& name, const imu::ClockMap& clock,
                                             ingest::OrientationLog& log);

  /// Both for a recording.
  /// @throws core::InputError  as finish(), and for another number of microphones
  std::optional<ingest::HeadingFacts> run(const ingest::Options& options,
                                          const ingest::AudioScan& scan,
                                          const std::vector<ingest::Interval>& intervals,
                                          const imu::ClockMap& clock, ingest::OrientationLog& log);

  bool fits(std::size_t microphones, double rate_hz) const;
  /// @throws core::InputError  if the array or the model has another number of microphones or rate
  void require_fits(const std::string& name, std::size_t microphones, double rate_hz) const;

 private:
  /// False where what the array cannot tell changes the azimuth.
  bool heading_is_known(const session::Estimate& estimate) const;

  HeadingRule rule_;
  InferOptions infer_;
  Knowledge knowledge_;
  session::FeatureSettings settings_;
  double window_s_ = 0.0;  ///< length of the sound that a direction is found from
  std::unique_ptr<localize::WindowEstimator> estimator_;
  std::optional<learn::Predictor> predictor_;  ///< of a model without responses
  std::vector<ingest::SoundDirection> directions_;
};

/// The check that the options ask for.
/// @return  none: neither a model nor an array is known; or, with HeadingRule::kLog, they are of no
///          use for directions
/// @throws core::UsageError, core::InputError  as HeadingCheck, only with HeadingRule::kSound
std::optional<HeadingCheck> open_heading_check(const ImportOptions& options,
                                               const session::FeatureSettings& settings);

}  // namespace commands
