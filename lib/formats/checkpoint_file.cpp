#include "formats/checkpoint_file.h"

#include "io/container.h"
#include "io/hdf5_writer.h"

namespace formats {
namespace {

/// Stored in place of a step while training has not left the initial plateau.
constexpr double kNotYet = -1.0;

constexpr const char* kHistory = "/history";

void write_state(io::Hdf5Writer& writer, const learn::TrainerState& state) {
  writer.attribute("/", "steps_done", static_cast<double>(state.steps_done));
  writer.attribute("/", "total_steps", static_cast<double>(state.total_steps));
  writer.attribute("/", "smoothed_loss", state.smoothed_loss);
  writer.attribute("/", "smoothed_disagreement", state.smoothed_disagreement);
  writer.attribute("/", "smoothed_constant", state.smoothed_constant);
  writer.attribute("/", "left_start",
                   state.start.left ? static_cast<double>(*state.start.left) : kNotYet);
  writer.attribute("/", "rate_halvings", static_cast<double>(state.start.halvings));
  writer.attribute("/", "start_began", static_cast<double>(state.start.began));
  writer.append<float>("/state/parameters", state.parameters);
  writer.append<float>("/state/moment1", state.moment1);
  writer.append<float>("/state/moment2", state.moment2);
}

learn::TrainerState read_state(const io::Hdf5Reader& file) {
  learn::TrainerState state;
  state.steps_done = file.count_attribute("/", "steps_done");
  state.total_steps = file.count_attribute("/", "total_steps");
  state.smoothed_loss = file.number_attribute("/", "smoothed_loss");
  state.smoothed_disagreement = file.number_attribute("/", "smoothed_disagreement");
  state.smoothed_constant = file.number_attribute("/", "smoothed_constant");
  const double left_start = file.number_attribute("/", "left_start");
  if (left_start != kNotYet) state.start.left = file.count_attribute("/", "left_start");
  state.start.halvings = file.count_attribute("/", "rate_halvings");
  state.start.began = file.count_attribute("/", "start_began");
  state.parameters = file.read<float>("/state/parameters");
  state.moment1 = file.read<float>("/state/moment1");
  state.moment2 = file.read<float>("/state/moment2");
  return state;
}

void write_best(io::Hdf5Writer& writer, const learn::BestWeights& best) {
  writer.attribute("/", "best_loss", best.loss);
  writer.attribute("/", "best_step", static_cast<double>(best.step));
  writer.attribute("/", "worse_in_a_row", static_cast<double>(best.worse_in_a_row));
  writer.append<float>("/best/parameters", best.parameters);
}

learn::BestWeights read_best(const io::Hdf5Reader& file) {
  learn::BestWeights best;
  best.loss = file.number_attribute("/", "best_loss");
  best.step = file.count_attribute("/", "best_step");
  best.worse_in_a_row = file.count_attribute("/", "worse_in_a_row");
  best.parameters = file.read<float>("/best/parameters");
  return best;
}

void write_lines(io::Hdf5Writer& writer, const std::vector<HistoryLine>& lines) {
  std::vector<HistoryRow> rows;
  for (const HistoryLine& line : lines) rows.push_back(line.row);
  write_history(writer, kHistory, rows);
  for (const char* column : {"/history/time_s", "/history/bins_per_s", "/history/gflop_per_s"}) {
    writer.append<double>(column, {});
  }
  for (const HistoryLine& line : lines) {
    writer.append_value("/history/time_s", line.time_s);
    writer.append_value("/history/bins_per_s", line.bins_per_s);
    writer.append_value("/history/gflop_per_s", line.gflop_per_s);
  }
}

std::vector<HistoryLine> read_lines(const io::Hdf5Reader& file) {
  const std::vector<HistoryRow> rows = read_history(file, kHistory);
  const auto time_s = file.read<double>("/history/time_s");
  const auto bins_per_s = file.read<double>("/history/bins_per_s");
  const auto gflop_per_s = file.read<double>("/history/gflop_per_s");
  if (time_s.size() != rows.size() || bins_per_s.size() != rows.size() ||
      gflop_per_s.size() != rows.size()) {
    file.fail(kHistory, "its columns have different lengths");
  }
  std::vector<HistoryLine> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    lines.push_back({rows[i], time_s[i], bins_per_s[i], gflop_per_s[i]});
  }
  return lines;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& out, const core::Provenance& provenance,
                      const Checkpoint& checkpoint) {
  io::Hdf5Writer writer(out, kCheckpointFormat, kCheckpointVersion, provenance);
  writer.attribute("/", "training", checkpoint.training);
  writer.attribute("/", "elapsed_s", checkpoint.elapsed_s);
  writer.attribute("/", "bins", checkpoint.bins);
  write_state(writer, checkpoint.trainer);
  write_best(writer, checkpoint.best);
  write_lines(writer, checkpoint.history);
  writer.commit();
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const io::Hdf5Reader file = io::open_container(path, kCheckpointFormat, kCheckpointVersion);
  Checkpoint checkpoint;
  checkpoint.training = file.text_attribute("/", "training");
  checkpoint.elapsed_s = file.number_attribute("/", "elapsed_s");
  checkpoint.bins = file.number_attribute("/", "bins");
  checkpoint.trainer = read_state(file);
  checkpoint.best = read_best(file);
  checkpoint.history = read_lines(file);
  return checkpoint;
}

}  // namespace formats
