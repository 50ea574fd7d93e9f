#include "stage/infer.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "csl/model.h"
#include "doa/pooling.h"
#include "stage/schema_estimates.h"
#include "stage/schema_features.h"
#include "stage/schema_model.h"

namespace stage {
namespace {

/// The options, parsed and checked.
struct Plan {
  std::vector<doa::WindowLength> windows;
  doa::Pooling pooling = doa::Pooling::kRobust;
  bool world = true;
};

Plan make_plan(const InferOptions& options) {
  const auto require = [](bool good, const std::string& message) {
    if (!good) throw core::UsageError(message);
  };
  Plan plan;
  require(!options.model.empty(), "--model: name the model file");
  require(!options.in.empty(), "--in: name at least one features file");
  require(!options.window.empty(), "--window: name at least one length");
  for (const std::string& text : options.window)
    plan.windows.push_back(doa::WindowLength::parse(text));
  require(options.estimator == "robust" || options.estimator == "centroid",
          fmt::format("--estimator: expected robust or centroid, found \"{}\"", options.estimator));
  require(options.frame == "world" || options.frame == "sensor",
          fmt::format("--frame: expected world or sensor, found \"{}\"", options.frame));
  require(options.stride >= 1, "--stride: expected at least 1");
  plan.pooling = options.estimator == "robust" ? doa::Pooling::kRobust : doa::Pooling::kCentroid;
  plan.world = options.frame == "world";
  return plan;
}

/// Turns every bin's direction into the world with its frame's rotation.
std::vector<float> to_world(const csl::Directions& r_sensor, const SessionFeatures& session) {
  std::vector<Eigen::Matrix3f> R_world_sensor(session.frames());
  for (std::size_t f = 0; f < session.frames(); ++f) {
    R_world_sensor[f] = session.frame_rotation[f].toRotationMatrix().cast<float>();
  }
  std::vector<float> r_world(3 * session.bins());
  for (std::size_t b = 0; b < session.bins(); ++b) {
    const Eigen::Vector3f sensor = r_sensor.row(static_cast<Eigen::Index>(b)).transpose();
    const Eigen::Vector3f world = R_world_sensor[session.frame[b]] * sensor;
    std::copy(world.data(), world.data() + 3, r_world.data() + 3 * b);
  }
  return r_world;
}

/// One session's windows and, if wanted, its bins.
struct SessionResult {
  SessionInfo info;
  std::vector<Estimate> estimates;
  BinOutputs bins;
  std::size_t empty = 0;
};

Estimate to_estimate(const doa::WindowEstimate& window, std::size_t window_index,
                     const SessionFeatures& session, bool world) {
  Estimate estimate;
  estimate.window = static_cast<std::uint32_t>(window_index);
  estimate.time_s = session.frame_time_s[window.center_frame];
  estimate.q_world_sensor = session.frame_rotation[window.center_frame];
  estimate.direction_sensor = window.direction_sensor;
  estimate.direction_world =
      world ? window.pooled.direction_world : estimate.q_world_sensor * window.direction_sensor;
  estimate.confidence = window.pooled.confidence;
  estimate.support = window.pooled.support;
  estimate.bins = static_cast<std::uint32_t>(window.pooled.bins);
  return estimate;
}

SessionResult estimate_session(const Plan& plan, const InferOptions& options,
                               const SessionFeatures& session, double hop_s,
                               csl::Predictor& predictor) {
  const csl::Directions r_sensor = predictor.predict(session.stft, session.frequency);
  SessionResult result;
  result.info = session.info;
  std::vector<float> rows(r_sensor.data(), r_sensor.data() + r_sensor.size());
  // Pooling in the sensor frame is pooling in a world that turns with the array.
  const doa::SessionBins bins(plan.world ? to_world(r_sensor, session) : rows, session.frame,
                              session.frames());
  const std::vector<Eigen::Quaterniond> still(session.frames(), Eigen::Quaterniond::Identity());
  for (std::size_t w = 0; w < plan.windows.size(); ++w) {
    const doa::MovingWindows windows(plan.windows[w], session.frames(), hop_s, options.stride);
    for (const doa::WindowEstimate& window : doa::estimate_windows(
             bins, plan.world ? session.frame_rotation : still, windows, plan.pooling)) {
      result.empty += window.pooled.empty() ? 1 : 0;
      result.estimates.push_back(to_estimate(window, w, session, plan.world));
    }
  }
  if (options.bins) result.bins = {std::move(rows), session.frame, session.frequency};
  return result;
}

}  // namespace

nlohmann::json InferOptions::to_json() const {
  return {{"model", model.filename().string()},
          {"window", window},
          {"estimator", estimator},
          {"frame", frame},
          {"stride", stride},
          {"bins", bins}};
}

void infer(const InferOptions& options) {
  const Plan plan = make_plan(options);
  const std::vector<std::filesystem::path> paths = core::expand_inputs(options.in);
  std::vector<std::filesystem::path> inputs = paths;
  inputs.push_back(options.model);
  check_output(options.out, inputs);
  const LoadedModel loaded = read_model(options.model);
  core::Provenance provenance =
      core::make_provenance("csl-infer", options.to_json(), options.common.seed);
  core::append_history(provenance, loaded.provenance);
  std::vector<std::unique_ptr<FeaturesReader>> readers;
  std::vector<std::pair<std::size_t, std::size_t>> sessions;  // (file, session in it)
  for (const std::filesystem::path& path : paths) {
    readers.push_back(std::make_unique<FeaturesReader>(path));
    require_model_fits(loaded, *readers.back());
    core::append_history(provenance, readers.back()->provenance());
    for (std::size_t i = 0; i < readers.back()->size(); ++i)
      sessions.emplace_back(readers.size() - 1, i);
  }
  EstimatesWriter writer(options.out, provenance,
                         {"csl", options.estimator, options.frame, plan.windows});
  core::ThreadPool pool(options.common.threads);
  std::mutex reading;  // HDF5 serves one thread at a time
  std::size_t windows = 0;
  std::size_t empty = 0;
  {
    core::Progress progress("localising", sessions.size(), "sessions");
    core::ordered_pipeline<SessionResult>(
        pool, sessions.size(),
        [&](std::size_t i) {
          std::unique_lock lock(reading);
          const auto [file, index] = sessions[i];
          const SessionFeatures session = readers[file]->read(index);
          lock.unlock();
          csl::Predictor predictor(loaded.model);
          return estimate_session(plan, options, session, loaded.settings.hop_s(), predictor);
        },
        [&](std::size_t, SessionResult&& result) {
          windows += result.estimates.size();
          empty += result.empty;
          writer.append_session(result.info, result.estimates);
          if (options.bins) writer.append_bins(result.bins);
          progress.advance();
        });
  }
  writer.commit();
  report_output(options.out, fmt::format("{} windows of {} sessions, {} without a bin", windows,
                                         sessions.size(), empty));
}

}  // namespace stage
