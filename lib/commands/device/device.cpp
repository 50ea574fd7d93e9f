#include "commands/device/device.h"

#include <fmt/format.h>

#include "commands/device/plan.h"
#include "commands/device/run.h"
#include "commands/train_setup.h"
#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "formats/names.h"

namespace commands::device {
namespace {

void check_options(const Options& options) {
  core::require(!options.files.empty(), "name the recordings and their logs");
  core::require(!options.out.empty(), "--out: name the folder for the results");
  core::require(options.steps >= 100 && options.steps <= 10000000,
                fmt::format("--steps: expected 100 to 10000000, found {}", options.steps));
  formats::precision(options.precision);
  resolve_reflection(options.reflect);
  options.sound_speed.speed_of_sound();
}

}  // namespace

void calibrate(const Options& options) {
  check_options(options);
  Run run(options);
  if (options.dry_run) {
    core::write_stdout(core::printable(plan_text(options, run.recordings()), /*keep_lines=*/true));
    return;
  }
  const auto refuse = [&](const report::DeviceReport& report) {
    run.write(report);
    throw core::InputError("not usable: " + report.reasons.front());
  };
  const auto give_up = [&](const std::string& reason) {
    run.remove_earlier_results();
    refuse(run.give_up(reason));
  };
  try {
    run.run();
  } catch (const core::InputError& error) {
    give_up(error.what());
  } catch (const core::DivergedError& error) {
    core::log_detail("{}", error.what());
    give_up(run.why_nothing_was_learned());
  }
  const report::DeviceReport report = run.conclude();
  if (report.verdict == report::Verdict::kUnusable) refuse(report);
  run.write(report);
}

}  // namespace commands::device
