#include "report/writer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/atomic_file.h"
#include "core/files.h"
#include "core/json_text.h"
#include "report/tracks.h"

namespace report {

bool is_report_file(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNames = {"report.json", "report.html",
                                                      "table1.csv",  "table2.csv",
                                                      "tracks.csv",  "error_vs_window.svg"};
  return std::ranges::find(kNames, name) != kNames.end();
}

std::vector<std::filesystem::path> write_report(const evaluate::Report& report,
                                                const std::filesystem::path& folder) {
  std::vector<std::pair<const char*, std::string>> texts = {
      {"report.json", core::json_text(report_json(report), 1) + "\n"},
      {"report.html", report_html(report)}};
  if (!report.rows.empty()) {
    texts.emplace_back("table1.csv", table1_csv(report));
    texts.emplace_back("error_vs_window.svg", error_vs_window_svg(report));
  }
  if (!report.sources.empty()) texts.emplace_back("table2.csv", table2_csv(report));
  if (!report.tracks.empty()) texts.emplace_back("tracks.csv", tracks_csv(report.tracks));
  core::make_folder(folder);
  // All files are written before the first is renamed, so that a full disk leaves the folder as it
  // was.
  std::vector<core::AtomicFile> files;
  for (const auto& [name, text] : texts) {
    files.emplace_back(folder / name).write(text);
  }
  std::vector<std::filesystem::path> written;
  for (core::AtomicFile& file : files) {
    file.commit();
    written.push_back(file.target());
  }
  return written;
}

}  // namespace report
