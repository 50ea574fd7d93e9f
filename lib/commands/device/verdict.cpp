#include "commands/device/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/calibrate.h"
#include "ingest/import_report.h"
#include "so3/motion_spread.h"

namespace commands::device {
namespace {

using report::DeviceReport;
using report::Verdict;

/// Median angle between successive half seconds, degrees. Models of rooms with a T60 of 0.5 s stay
/// below the first value; above the second one nothing was learned.
constexpr double kGoodAgreementDeg = 5.0;
constexpr double kLostAgreementDeg = 20.0;
/// Deviation of a position, as a share of the array's radius, above which nothing was learned.
constexpr double kLostPositions = 0.2;
constexpr double kLargeDeviationM = 2e-3;
/// Error of the orientation at the device's usual speed of turning, degrees: speed times the error
/// of the log's clock.
constexpr double kLargeClockErrorDeg = 1.0;

void limit(DeviceReport& report, const std::string& reason) {
  report.reasons.push_back(reason);
  if (report.verdict == Verdict::kGood) report.verdict = Verdict::kLimited;
}

void refuse(DeviceReport& report, const std::string& reason) {
  report.reasons.insert(report.reasons.begin(), reason);
  report.verdict = Verdict::kUnusable;
}

void judge_sound(const Findings& findings, DeviceReport& report) {
  double seconds = 0.0, recorded_s = 0.0, usable = 0.0, clear = 0.0;
  std::size_t intervals = 0;
  for (std::size_t i = 0; i < findings.imports.size(); ++i) {
    const nlohmann::json& import = findings.imports[i];
    const double length_s = import.at("seconds");
    seconds += length_s;
    recorded_s += findings.recordings[i].duration_s;
    intervals += import.at("sessions").get<std::size_t>();
    usable += length_s * import.at("usable_bins").at("share").get<double>();
    clear += length_s * import.at("usable_bins").at("above_noise").get<double>();
  }
  report.findings.push_back(
      {"sound", fmt::format("{} intervals, {:.0f} of {:.0f} s in {} recordings; {:.0f} % of bins "
                            "usable, {:.0f} % of these 10 dB above the noise",
                            intervals, seconds, recorded_s, findings.recordings.size(),
                            100.0 * usable / seconds, 100.0 * clear / seconds)});
  if (seconds < ingest::kLittleSoundS) {
    limit(report, fmt::format("only {:.0f} s of sound: record five minutes or more", seconds));
  }
}

void judge_clock(const Findings& findings, DeviceReport& report) {
  for (std::size_t i = 0; i < findings.imports.size(); ++i) {
    const std::string& name = findings.recordings[i].name;
    const nlohmann::json& clock = findings.imports[i].at("recordings").at(0).at("clock");
    std::string text =
        fmt::format("{}: the log starts {:+.4f} s after the recording, {:+.0f} ppm", name,
                    clock.at("log_start_s").get<double>(), clock.at("drift_ppm").get<double>());
    if (clock.contains("standard_error_s")) {
      const double error_s = clock.at("standard_error_s");
      const double speed_deg_s = findings.imports[i].at("speed_deg_s").at("median");
      const double error_deg = speed_deg_s * error_s;
      text += fmt::format(", to {:.1f} ms ({:.1f} degrees at {:.0f} degrees a second)",
                          1e3 * error_s, error_deg, speed_deg_s);
      if (clock.at("flat").get<bool>()) {
        limit(report, fmt::format("{}: no offset of the log's clock is clearly the best; state "
                                  "--time-offset, or record taps",
                                  name));
      } else if (error_deg > kLargeClockErrorDeg) {
        limit(report,
              fmt::format("{}: the error of the log's clock is {:.0f} ms; the device usually turns "
                          "at {:.0f} degrees a second, so the orientation error is {:.1f} degrees: "
                          "record longer, or record taps",
                          name, 1e3 * error_s, speed_deg_s, error_deg));
      }
    }
    report.findings.push_back({"clock", text});
  }
}

void judge_motion(const Findings& findings, DeviceReport& report) {
  const learn::TrainingMotion motion =
      findings.model.model.motion.value_or(learn::TrainingMotion{});
  report.findings.push_back(
      {"turning", fmt::format("{:.0f}, {:.0f}, {:.0f} degrees rms about three axes; sound heard "
                              "from {:.0f} % of all directions",
                              motion.rms_deg[0], motion.rms_deg[1], motion.rms_deg[2],
                              100.0 * motion.heard_share)});
  if (motion.rms_deg[1] < so3::kWeakSecondAxisDeg) {
    limit(report, fmt::format("the device turned about one axis nearly alone ({:.0f} degrees about "
                              "the second): turn it about all axes",
                              motion.rms_deg[1]));
  }
  if (motion.heard_share < ingest::kLittleCoverage) {
    limit(report, fmt::format("sound was heard from {:.0f} % of all directions only; elsewhere the "
                              "model guesses",
                              100.0 * motion.heard_share));
  }
}

/// Text of a refusal: sound and log contradict each other.
std::string misfit(const std::string& sign) {
  return "sound and turning do not fit each other: " + sign +
         ". Is it the right log, on the right clock, and did one source stand still?";
}

void judge_model(const Findings& findings, DeviceReport& report) {
  const SelfAgreement& agreement = findings.agreement;
  if (agreement.pairs == 0) {
    refuse(report,
           "no two successive half seconds of one source could be compared: record longer "
           "intervals");
    return;
  }
  report.findings.push_back(
      {"model", fmt::format("successive half seconds of one source agree to {:.1f} degrees (median "
                            "of {}; a tenth is above {:.1f})",
                            agreement.median_deg, agreement.pairs, agreement.tenth_deg)});
  if (agreement.median_deg > kLostAgreementDeg) {
    refuse(report,
           misfit(fmt::format("successive half seconds of one source are {:.0f} degrees apart",
                              agreement.median_deg)));
  } else if (agreement.median_deg > kGoodAgreementDeg) {
    limit(report,
          fmt::format("successive half seconds of one source differ by {:.0f} degrees: record "
                      "longer, nearer or in a drier room, or train longer (--steps)",
                      agreement.median_deg));
  }
}

void judge_array(const Findings& findings, DeviceReport& report) {
  if (!findings.model.calibration) return;
  const calib::Calibration& calibration = *findings.model.calibration;
  report.findings.push_back({"array", describe(calibration)});
  double radius_m = 0.0;
  double worst_m = 0.0;
  for (std::size_t m = 0; m < calibration.array.size(); ++m) {
    radius_m = std::max(radius_m, calibration.array.position_m[m].norm());
    worst_m = std::max(worst_m, calibration.array.deviation_m(m));
  }
  if (worst_m > kLostPositions * radius_m) {
    refuse(report, misfit(fmt::format(
                       "positions are known to {:.1f} mm only, in an array of {:.0f} mm radius",
                       1e3 * worst_m, 1e3 * radius_m)));
    return;
  }
  for (std::size_t m = 0; m < calibration.array.size(); ++m) {
    const double deviation_m = calibration.array.deviation_m(m);
    if (!(deviation_m > kLargeDeviationM)) continue;
    limit(report, fmt::format("microphone {}: its position is known to {:.1f} mm only", m + 1,
                              1e3 * deviation_m));
  }
}

void judge_reflection(const Findings& findings, bool accept_doubtful, DeviceReport& report) {
  const learn::Reflection& reflection = findings.model.model.reflection;
  report.findings.push_back(
      {"mirror", fmt::format("{}: {}", reflection.rule, reflection.evidence)});
  if (reflection.rule == "none") {
    limit(report,
          "it is not known whether this is the device or its mirror image: all directions may be "
          "reversed. State --reflect, such as world:+z (the source stood higher than the device)");
  } else if (reflection.doubtful && accept_doubtful) {
    limit(report, reflection.doubt());
  } else if (reflection.doubtful) {
    refuse(report, reflection.doubt() + "; state --reflect otherwise, or --accept-doubtful");
  }
}

}  // namespace

void add_warnings(const Recording& recording, const nlohmann::json& import,
                  report::DeviceReport& report) {
  for (const std::string warning : import.at("warnings")) {
    report.warnings.push_back(recording.name + ": " + warning);
  }
}

report::DeviceReport judge(const Findings& findings, bool accept_doubtful) {
  DeviceReport report;
  judge_sound(findings, report);
  judge_clock(findings, report);
  judge_motion(findings, report);
  judge_model(findings, report);
  judge_array(findings, report);
  judge_reflection(findings, accept_doubtful, report);
  for (std::size_t i = 0; i < findings.imports.size(); ++i) {
    add_warnings(findings.recordings[i], findings.imports[i], report);
  }
  return report;
}

}  // namespace commands::device
