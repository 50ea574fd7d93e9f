// A model whose numbers nobody wrote: refused by name, before memory is asked for.
#include <hdf5.h>

#include <catch2/catch.hpp>

#include "core/errors.h"
#include "core/json_text.h"
#include "formats/model_file.h"
#include "io/hdf5_handle.h"
#include "io/hdf5_reader.h"
#include "nn/mlp.h"
#include "temporary_folder.h"

namespace {

learn::Model small_model() {
  learn::Model model;
  model.recipe = {learn::InputKind::kCovariance, 2, 200, {3, 2}};
  model.shape = {model.recipe.input_size(), {8, 4}, 3, nn::Normalization::kLayerNorm};
  nn::Mlp<float> network(model.shape);
  network.initialize(1);
  model.parameters.assign(network.parameters().begin(), network.parameters().end());
  return model;
}

/// Replaces a text attribute of the root group.
void replace_attribute(const std::filesystem::path& path, const char* name,
                       const std::string& text) {
  const io::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  REQUIRE(H5Adelete(file.get(), name) >= 0);
  const io::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), text.size());
  const io::Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const io::Handle attribute(
      H5Acreate2(file.get(), name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  REQUIRE(H5Awrite(attribute.get(), type.get(), text.data()) >= 0);
}

}  // namespace

TEST_CASE("a model with a number that no program writes is refused by the number's name") {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "m.h5";
  struct Damage {
    const char* attribute;
    const char* key;
    nlohmann::json value;
  };
  const std::vector<Damage> damages = {
      {"stft", "window_samples", std::uint64_t{1} << 40U},
      {"stft", "window_samples", std::uint64_t{1} << 24U},
      {"stft", "window_samples", -1},
      {"stft", "hop_samples", 0},
      {"stft", "hop_samples", 2.7},
      {"stft", "sample_rate_hz", -16000},
      {"stft", "floor_db", "loud"},
      {"recipe", "microphones", -8},
      {"recipe", "microphones", 1000},
      {"recipe", "max_frequency_index", -1},
      {"recipe", "max_frequency_index", 100000000},
      {"recipe", "smooth_bins", -1},
      {"recipe", "input", "wavelet"},
      {"network", "hidden", {8, -4}},
      {"network", "hidden", {8, 4.5}},
      {"network", "output", -3},
      {"network", "normalization", 7},
      {"reflection", "votes", -1},
  };
  for (const Damage& damage : damages) {
    const learn::Model model = small_model();
    formats::write_model(path, core::make_provenance("csl-test", {}, 0), model, {},
                         {{1.0, 1.6, 0.9, 1e-3}});
    REQUIRE_NOTHROW(formats::read_model(path));
    nlohmann::json value;
    {
      const io::Hdf5Reader reader(path);
      value = core::parse_json(reader.text_attribute("/", damage.attribute));
    }
    value[damage.key] = damage.value;
    replace_attribute(path, damage.attribute, core::json_text(value));
    INFO(damage.attribute << " " << damage.key << " " << core::json_text(damage.value));
    CHECK_THROWS_AS(formats::read_model(path), core::InputError);
  }
}
