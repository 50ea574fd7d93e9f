#include "formats/model_file.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/errors.h"
#include "core/json_text.h"
#include "formats/model_responses.h"
#include "formats/names.h"
#include "io/audio.h"
#include "io/container.h"
#include "io/hdf5_writer.h"
#include "session/features.h"

namespace formats {
namespace {

using nlohmann::json;

/// More layers than anyone trains: the limit for the memory that a damaged file can ask for.
constexpr std::size_t kMaxLayers = 32;
/// Likewise for the units of a layer and the votes on a reflection.
constexpr std::size_t kMostUnits = 1000000;
constexpr std::size_t kMostVotes = std::size_t{1} << 53U;

struct HistoryColumn {
  const char* name;
  double HistoryRow::*member;
};

constexpr std::array<HistoryColumn, 7> kHistoryColumns = {
    {{"step", &HistoryRow::step},
     {"loss", &HistoryRow::loss},
     {"saddle", &HistoryRow::saddle},
     {"learning_rate", &HistoryRow::learning_rate},
     {"contrast", &HistoryRow::contrast},
     {"valid_loss", &HistoryRow::valid_loss},
     {"valid_error_deg", &HistoryRow::valid_error_deg}}};

std::string layer_path(std::size_t layer, const char* leaf) {
  return fmt::format("/layer/{:02}/{}", layer, leaf);
}

/// Sizes of every layer's input and output: input, hidden sizes, output.
std::vector<std::size_t> layer_sizes(const nn::MlpShape& shape) {
  std::vector<std::size_t> sizes = {shape.input_size};
  sizes.insert(sizes.end(), shape.hidden.begin(), shape.hidden.end());
  sizes.push_back(shape.output_size);
  return sizes;
}

json recipe_json(const learn::Model& model) {
  return {{"input", name_of(model.recipe.kind)},
          {"microphones", model.recipe.microphones},
          {"max_frequency_index", model.recipe.max_frequency_index},
          {"smooth_bins", model.recipe.smoothing.neighbors},
          {"thin_bins", model.recipe.smoothing.group}};
}

json network_json(const nn::MlpShape& shape) {
  return {{"hidden", shape.hidden},
          {"normalization", name_of(shape.normalization)},
          {"activation", "relu"},
          {"output", shape.output_size}};
}

json stft_json(const session::FeatureSettings& settings) {
  json stft = {{"sample_rate_hz", settings.sample_rate_hz},
               {"window_samples", settings.window_samples},
               {"hop_samples", settings.hop_samples},
               {"min_frequency_hz", settings.min_frequency_hz},
               {"max_frequency_hz", settings.max_frequency_hz},
               {"floor_db", settings.floor_db}};
  if (settings.floor_memory_s > 0.0) stft["floor_memory_s"] = settings.floor_memory_s;
  if (settings.noise_margin_db > 0.0) stft["noise_margin_db"] = settings.noise_margin_db;
  return stft;
}

json reflection_json(const learn::Reflection& reflection) {
  return {{"rule", reflection.rule},           {"sign", reflection.sign},
          {"evidence", reflection.evidence},   {"margin", reflection.margin},
          {"votes_for", reflection.votes_for}, {"votes", reflection.votes},
          {"doubtful", reflection.doubtful}};
}

json motion_json(const learn::TrainingMotion& motion) {
  return {{"rms_deg", {motion.rms_deg.x(), motion.rms_deg.y(), motion.rms_deg.z()}},
          {"heard_share", motion.heard_share}};
}

void write_layers(io::Hdf5Writer& writer, const learn::Model& model) {
  const std::vector<std::size_t> sizes = layer_sizes(model.shape);
  std::span<const float> rest(model.parameters);
  for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer) {
    const std::size_t weights = sizes[layer] * sizes[layer + 1];
    writer.append_rows<float>(layer_path(layer, "weight"), rest.first(weights), sizes[layer]);
    writer.append<float>(layer_path(layer, "bias"), rest.subspan(weights, sizes[layer + 1]));
    rest = rest.subspan(weights + sizes[layer + 1]);
  }
}

/// Reads a JSON attribute with a function that may throw exceptions of nlohmann::json.
template <typename Parse>
void parse_attribute(const io::Hdf5Reader& file, const std::string& name, Parse parse) {
  try {
    parse(core::parse_json(file.text_attribute("/", name)));
  } catch (const json::exception& error) {
    file.fail("/", fmt::format("attribute {}: {}", name, error.what()));
  } catch (const core::InputError& error) {
    file.fail("/", fmt::format("attribute {}: {}", name, error.what()));
  }
}

/// Reads the smoothing. A value that the JSON object does not have is unchanged.
void read_smoothing(const json& j, learn::BinSmoothing& smoothing) {
  constexpr std::size_t kMost = 1000;  // BinSmoothing::valid() is stricter
  if (j.contains("smooth_bins")) smoothing.neighbors = core::json_count(j, "smooth_bins", 0, kMost);
  if (j.contains("thin_bins")) smoothing.group = core::json_count(j, "thin_bins", 0, kMost);
}

void read_description(const io::Hdf5Reader& file, LoadedModel& loaded) {
  learn::Model& model = loaded.model;
  parse_attribute(file, "recipe", [&](const json& j) {
    model.recipe.kind = input_kind(j.at("input"));
    model.recipe.microphones = core::json_count(j, "microphones", 2, io::kMaxChannels);
    model.recipe.max_frequency_index =
        core::json_count(j, "max_frequency_index", 1, session::kMostWindowSamples / 2);
    read_smoothing(j, model.recipe.smoothing);
  });
  parse_attribute(file, "network", [&](const json& j) {
    for (const json& units : j.at("hidden")) {
      model.shape.hidden.push_back(core::json_count({{"hidden", units}}, "hidden", 1, kMostUnits));
    }
    model.shape.normalization = normalization(j.at("normalization"));
    model.shape.output_size = core::json_count(j, "output", 1, kMostUnits);
  });
  parse_attribute(file, "stft", [&](const json& j) {
    loaded.settings = {j.at("sample_rate_hz"),
                       core::json_count(j, "window_samples", 2, session::kMostWindowSamples),
                       core::json_count(j, "hop_samples", 1, session::kMostWindowSamples),
                       j.at("min_frequency_hz"),
                       j.at("max_frequency_hz"),
                       j.at("floor_db"),
                       j.value("floor_memory_s", 0.0),
                       j.value("noise_margin_db", 0.0)};
    read_smoothing(j, model.recipe.smoothing);  // older models have it here
  });
  if (!loaded.settings.valid() || !model.recipe.smoothing.valid()) {
    file.fail("/", "attributes recipe, stft: the settings are damaged");
  }
  parse_attribute(file, "reflection", [&](const json& j) {
    learn::Reflection& r = model.reflection;
    r.rule = j.at("rule");
    r.sign = j.at("sign");
    r.evidence = j.at("evidence");
    r.margin = j.at("margin");
    r.votes_for = core::json_count(j, "votes_for", 0, kMostVotes);
    r.votes = core::json_count(j, "votes", 0, kMostVotes);
    r.doubtful = j.at("doubtful");
  });
  if (!file.has_attribute("/", "motion")) return;
  parse_attribute(file, "motion", [&](const json& j) {
    const auto rms_deg = j.at("rms_deg").get<std::array<double, 3>>();
    model.motion = {Eigen::Vector3d(rms_deg.data()), j.at("heard_share").get<double>()};
  });
}

void read_layers(const io::Hdf5Reader& file, learn::Model& model) {
  if (model.shape.hidden.size() >= kMaxLayers) file.fail("/layer", "too many layers");
  const std::vector<std::size_t> sizes = layer_sizes(model.shape);
  for (std::size_t layer = 0; layer + 1 < sizes.size(); ++layer) {
    const std::string weight = layer_path(layer, "weight");
    const std::vector<std::size_t> expected = {sizes[layer + 1], sizes[layer]};
    if (file.shape(weight) != expected) {
      file.fail(weight, fmt::format("expected {} x {} weights", expected[0], expected[1]));
    }
    if (file.rows(layer_path(layer, "bias")) != sizes[layer + 1]) {
      file.fail(layer_path(layer, "bias"), fmt::format("expected {} values", sizes[layer + 1]));
    }
    for (const char* leaf : {"weight", "bias"}) {
      const auto values = file.read<float>(layer_path(layer, leaf));
      model.parameters.insert(model.parameters.end(), values.begin(), values.end());
    }
  }
}

}  // namespace

void write_history(io::Hdf5Writer& writer, const std::string& group,
                   const std::vector<HistoryRow>& history) {
  for (const auto& [name, member] : kHistoryColumns) {
    writer.append<double>(group + "/" + name, {});
    for (const HistoryRow& row : history) writer.append_value(group + "/" + name, row.*member);
  }
}

std::vector<HistoryRow> read_history(const io::Hdf5Reader& file, const std::string& group) {
  std::vector<HistoryRow> history(file.rows(group + "/step"));
  for (const auto& [name, member] : kHistoryColumns) {
    const std::string column = group + "/" + name;
    if (!file.has(column) && std::isnan(HistoryRow{}.*member)) continue;
    const auto values = file.read<double>(column);
    if (values.size() != history.size()) {
      file.fail(group, "its columns have different lengths");
    }
    for (std::size_t i = 0; i < values.size(); ++i) history[i].*member = values[i];
  }
  return history;
}

void write_model(const std::filesystem::path& out, const core::Provenance& provenance,
                 const learn::Model& model, const session::FeatureSettings& settings,
                 const std::vector<HistoryRow>& history,
                 const std::optional<calib::Calibration>& calibration) {
  io::Hdf5Writer writer(out, kModelFormat, calibration ? kModelVersion : 1U, provenance);
  writer.attribute("/", "recipe", core::json_text(recipe_json(model)));
  writer.attribute("/", "network", core::json_text(network_json(model.shape)));
  writer.attribute("/", "stft", core::json_text(stft_json(settings)));
  writer.attribute("/", "reflection", core::json_text(reflection_json(model.reflection)));
  if (model.motion) writer.attribute("/", "motion", core::json_text(motion_json(*model.motion)));
  write_layers(writer, model);
  write_history(writer, "/history", history);
  if (calibration) write_response(writer, *calibration);
  writer.commit();
}

LoadedModel read_model(const std::filesystem::path& path) {
  const io::Hdf5Reader file = io::open_container(path, kModelFormat, kModelVersion);
  LoadedModel loaded;
  try {
    read_description(file, loaded);
    loaded.model.shape.input_size = loaded.model.recipe.input_size();
    read_layers(file, loaded.model);
    loaded.model.validate();
  } catch (const core::UsageError& error) {
    // A wrong name or size is a fault of the file here, not of an option.
    file.fail("/", error.what());
  }
  loaded.history = read_history(file, "/history");
  loaded.calibration = read_response(file, loaded.model.recipe.microphones);
  loaded.provenance = io::read_provenance(file);
  return loaded;
}

void require_model_fits(const LoadedModel& model, const FeaturesReader& features) {
  if (features.microphones() != model.model.recipe.microphones) {
    throw core::InputError(fmt::format(
        "{}:/bin/stft: expected {} microphones, found {} (this model was trained for {})",
        features.path().string(), model.model.recipe.microphones, features.microphones(),
        model.model.recipe.microphones));
  }
  if (!features.settings().fits(model.settings)) {
    throw core::InputError(
        fmt::format("{}:/bin/stft: its STFT settings differ from the model's ({}); make the "
                    "features again with "
                    "the options the model was trained with",
                    features.path().string(), core::json_text(stft_json(model.settings))));
  }
}

}  // namespace formats
