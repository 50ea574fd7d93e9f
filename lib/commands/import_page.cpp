#include "commands/import_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/units.h"

namespace commands {
namespace {

using report::Finding;
using report::FindingTable;

/// Number of reasons at the top of the page; all others are in its list of warnings.
constexpr std::size_t kMostReasons = 10;

report::Verdict verdict_of(ingest::Learnable learnable) {
  switch (learnable) {
    case ingest::Learnable::kYes:
      return report::Verdict::kGood;
    case ingest::Learnable::kYesBut:
      return report::Verdict::kLimited;
    case ingest::Learnable::kNo:
      return report::Verdict::kUnusable;
  }
  return report::Verdict::kUnusable;
}

const char* answer(ingest::Learnable learnable) {
  switch (learnable) {
    case ingest::Learnable::kYes:
      return "Yes.";
    case ingest::Learnable::kYesBut:
      return "Yes, but:";
    case ingest::Learnable::kNo:
      return "No, because:";
  }
  return "";
}

void append(const std::vector<ingest::ReportLine>& lines, std::vector<Finding>& findings) {
  for (const ingest::ReportLine& line : lines) findings.push_back({line.name, line.text});
}

std::string level_text(const ingest::ChannelFacts& channel) {
  if (!(channel.rms > 0.0)) return "silent";
  std::string text = fmt::format(
      "level {:.1f} dB, largest sample {:.1f} dB, both relative to full scale",
      core::amplitude_to_decibels(channel.rms), core::amplitude_to_decibels(channel.peak));
  if (channel.clipped > 0) text += fmt::format(", {} samples clipped", channel.clipped);
  return text;
}

FindingTable recording_table(const ingest::RecordingFacts& facts) {
  FindingTable table{facts.audio.file, {}};
  const ingest::ReportLine recording = ingest::recording_line(facts.audio);
  table.findings.push_back({recording.name, recording.text});
  append(ingest::channel_lines(facts.audio), table.findings);
  append(ingest::log_lines(facts), table.findings);
  table.findings.push_back({"intervals", std::to_string(facts.intervals)});
  for (std::size_t m = 0; m < facts.audio.channel.size(); ++m) {
    table.findings.push_back(
        {fmt::format("microphone {}", m + 1), level_text(facts.audio.channel[m])});
  }
  return table;
}

void add_reasons(const ingest::ImportReport& report, report::FindingPage& page) {
  const std::vector<std::string>& all = report.reasons();
  page.reasons.assign(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostReasons)));
  for (const std::string& warning : report.warnings()) {
    if (std::ranges::find(page.reasons, warning) == page.reasons.end()) {
      page.warnings.push_back(warning);
    }
  }
  if (all.size() > kMostReasons) {
    page.reasons.push_back(
        fmt::format("and {} more, listed under Warnings", all.size() - kMostReasons));
  }
}

}  // namespace

std::vector<report::Picture> import_pictures(const ingest::ImportReport& report) {
  std::vector<report::Picture> pictures;
  pictures.push_back(
      {"What the array heard",
       "All directions around the array: its +x axis is in the middle, +z is on top. Bright: a "
       "source was heard from there, wherever it stood in the room. Dark: never; there the model "
       "will guess. The picture should be bright everywhere: turn the device further over its dark "
       "side.",
       report.coverage().picture()});
  for (std::size_t i = 0; i < report.recordings().size(); ++i) {
    if (report.clock_pictures()[i].empty()) continue;
    pictures.push_back(
        {"The clock of " + report.recordings()[i].audio.file,
         "How well sound and turning agree if the log starts at this time. If the clock was found, "
         "the curve has one clear peak, and the point is on it. Several peaks of the same height, "
         "or a flat line: the clock is not known.",
         report.clock_pictures()[i]});
  }
  return pictures;
}

report::FindingPage import_page(const ingest::ImportReport& report, const nlohmann::json& options) {
  report::FindingPage page;
  page.title = report.recordings().size() == 1 ? "Can this recording be learned from?"
                                               : "Can these recordings be learned from?";
  page.lead = answer(report.learnable());
  page.verdict = verdict_of(report.learnable());
  FindingTable all{"What was found", {}};
  all.findings.push_back(
      {"sessions", fmt::format("{} from {} recording{}, {:.1f} s of sound", report.sessions(),
                               report.recordings().size(),
                               report.recordings().size() == 1 ? "" : "s", report.seconds())});
  append(report.summary(), all.findings);
  page.tables.push_back(std::move(all));
  page.pictures = import_pictures(report);
  for (const ingest::RecordingFacts& facts : report.recordings()) {
    page.details.push_back(recording_table(facts));
  }
  add_reasons(report, page);
  page.options = options;
  return page;
}

}  // namespace commands
