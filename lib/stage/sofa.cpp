#include "stage/sofa.h"

#include <fmt/format.h>

#include "io/hdf5_reader.h"

namespace stage {
namespace {

constexpr const char* kIr = "/Data.IR";
constexpr const char* kRate = "/Data.SamplingRate";
constexpr const char* kDelay = "/Data.Delay";
constexpr const char* kSource = "/SourcePosition";

/// Numbers of either precision.
std::vector<double> read_numbers(const io::Hdf5Reader& file, const std::string& dataset) {
  if (file.holds<double>(dataset)) return file.read<double>(dataset);
  const auto values = file.read<float>(dataset);
  return {values.begin(), values.end()};
}

}  // namespace

array::Responses read_sofa(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const std::string data_type =
      file.has_attribute("/", "DataType") ? file.text_attribute("/", "DataType") : "";
  if (!file.has(kIr) || data_type != "FIR") {
    file.fail("/", fmt::format("expected a SOFA file with impulse responses (DataType FIR), found "
                               "DataType \"{}\"",
                               data_type));
  }
  const std::vector<std::size_t> shape = file.shape(kIr);
  if (shape.size() != 3)
    file.fail(kIr, "expected three dimensions: measurements, receivers, samples");
  const std::vector<double> rate = read_numbers(file, kRate);
  if (rate.empty()) file.fail(kRate, "expected a sample rate, found none");
  const std::vector<std::size_t> positions = file.shape(kSource);
  if (positions != std::vector<std::size_t>{shape[0], 3}) {
    file.fail(kSource, fmt::format("expected {} rows of 3 coordinates", shape[0]));
  }
  const std::string type = file.text_attribute(kSource, "Type");
  const auto position_type =
      type == "cartesian" ? array::PositionType::kCartesian : array::PositionType::kSpherical;
  if (type != "cartesian" && type != "spherical") {
    file.fail(kSource, fmt::format("expected Type cartesian or spherical, found \"{}\"", type));
  }
  const std::vector<double> delay =
      file.has(kDelay) ? read_numbers(file, kDelay) : std::vector<double>{};
  return array::make_responses(path.string(), rate[0], read_numbers(file, kSource), position_type,
                               read_numbers(file, kIr), shape[1], delay);
}

}  // namespace stage
