#include "commands/train_history.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "report/svg/plot.h"

namespace commands {
namespace {

/// Number of rows of the loss curve that a model keeps, besides those with a validation.
constexpr std::size_t kHistoryRows = 500;

report::svg::SvgSeries curve(const std::string& name,
                             const std::vector<formats::HistoryRow>& history,
                             double formats::HistoryRow::*member, int color) {
  report::svg::SvgSeries series;
  series.name = name;
  series.color = color;
  series.markers = false;
  for (const formats::HistoryRow& row : history) {
    if (std::isnan(row.*member)) continue;
    series.x.push_back(row.step);
    series.y.push_back(row.*member);
  }
  return series;
}

report::svg::SvgPlot plot(const std::string& title, const std::string& label,
                          report::svg::Scale scale) {
  report::svg::SvgPlot figure;
  figure.title = title;
  figure.description = title + " over training steps";
  figure.x.label = "step";
  figure.y.label = label;
  figure.y.scale = scale;
  return figure;
}

}  // namespace

void TrainHistory::open() {
  if (file_.empty()) return;
  if (file_ != core::kStandardOutput) stream_.open(file_);
  if (!stream_) throw core::IoError(file_.string() + ": cannot write the history");
  for (const formats::HistoryLine& line : lines_) write(line);
}

void TrainHistory::write(const formats::HistoryLine& line) {
  if (file_.empty()) return;
  nlohmann::json values = {
      {"step", line.row.step},         {"time_s", line.time_s},
      {"loss", line.row.loss},         {"contrast", line.row.contrast},
      {"saddle", line.row.saddle},     {"learning_rate", line.row.learning_rate},
      {"bins_per_s", line.bins_per_s}, {"gflop_per_s", line.gflop_per_s}};
  if (!std::isnan(line.row.valid_loss)) values["valid_loss"] = line.row.valid_loss;
  if (!std::isnan(line.row.valid_error_deg)) values["valid_error_deg"] = line.row.valid_error_deg;
  const std::string text = core::json_text(values) + "\n";
  if (file_ == core::kStandardOutput) {
    core::write_stdout(text);
    return;
  }
  stream_ << text << std::flush;
  if (!stream_) throw core::IoError(file_.string() + ": cannot write the history (disk full?)");
}

void TrainHistory::restore(const formats::Checkpoint& checkpoint) {
  lines_ = checkpoint.history;
  bins_ = checkpoint.bins;
}

void TrainHistory::add(const learn::StepReport& report, const learn::ValidationResult* valid,
                       std::size_t total_steps, double elapsed_s, double flop_per_step) {
  bins_ += static_cast<double>(report.bins);
  const std::size_t every = std::max<std::size_t>(1, total_steps / kHistoryRows);
  if (valid == nullptr && report.step % every != 0 && report.step != total_steps) return;
  formats::HistoryLine line;
  line.row = {static_cast<double>(report.step), report.smoothed_loss, report.saddle,
              report.learning_rate, report.contrast};
  if (valid != nullptr) {
    line.row.valid_loss = valid->loss;
    line.row.valid_error_deg = valid->error_deg;
  }
  line.time_s = elapsed_s;
  line.bins_per_s = bins_ / elapsed_s;
  line.gflop_per_s = static_cast<double>(report.step) * flop_per_step * 1e-9 / elapsed_s;
  lines_.push_back(line);
  write(line);
}

std::vector<formats::HistoryRow> TrainHistory::rows() const {
  std::vector<formats::HistoryRow> rows;
  for (const formats::HistoryLine& line : lines_) rows.push_back(line.row);
  return rows;
}

std::string loss_curve_svg(const std::vector<formats::HistoryRow>& history) {
  std::vector<report::svg::SvgPlot> plots = {
      plot("Loss", "loss", report::svg::Scale::kLog),
      plot("Leaving the initial plateau", "share", report::svg::Scale::kLinear)};
  plots[0].series = {curve("training (smoothed)", history, &formats::HistoryRow::loss, 0)};
  report::svg::SvgSeries valid = curve("validation", history, &formats::HistoryRow::valid_loss, 1);
  valid.markers = true;
  if (!valid.x.empty()) plots[0].series.push_back(valid);
  plots[1].series = {
      curve("|mean output| / mean |output|", history, &formats::HistoryRow::saddle, 2),
      curve("loss / loss of one answer", history, &formats::HistoryRow::contrast, 3)};
  plots[1].y.min = 0.0;
  report::svg::SvgSeries error =
      curve("error on validation", history, &formats::HistoryRow::valid_error_deg, 1);
  if (!error.x.empty()) {
    error.markers = true;
    plots.push_back(plot("Error of whole sessions", "degrees", report::svg::Scale::kLog));
    plots.back().series = {error};
  }
  // One legend for all panels: the first panel also names the lines of the other panels.
  for (std::size_t i = 1; i < plots.size(); ++i) {
    for (report::svg::SvgSeries series : plots[i].series) {
      series.x.clear();
      series.y.clear();
      plots[0].series.push_back(series);
    }
  }
  for (report::svg::SvgPlot& figure : plots) {
    figure.width = 440;
    figure.height = 300;
  }
  return report::svg::render_svg_grid(plots, static_cast<int>(plots.size()), true);
}

}  // namespace commands
