#include "io/container.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <fstream>
#include <optional>

#include "core/errors.h"
#include "core/parse.h"
#include "io/hdf5_writer.h"

namespace io {
namespace {

std::uint64_t read_whole_number(const Hdf5Reader& file, const std::string& attribute) {
  const std::string text = file.text_attribute("/", attribute);
  const std::optional<std::uint64_t> value = core::parse_whole_number(text);
  if (!value) {
    file.fail("/",
              fmt::format("attribute {}: expected a whole number, found \"{}\"", attribute, text));
  }
  return *value;
}

nlohmann::json parse_json(const Hdf5Reader& file, const std::string& attribute) {
  nlohmann::json value = nlohmann::json::parse(file.text_attribute("/", attribute), nullptr,
                                               /*allow_exceptions=*/false);
  if (value.is_discarded()) file.fail("/", "attribute " + attribute + ": expected JSON");
  return value;
}

}  // namespace

std::string container_format(const Hdf5Reader& file) {
  return file.has_attribute("/", "format") ? file.text_attribute("/", "format") : "";
}

Hdf5Reader open_container(const std::filesystem::path& path, const std::string& format,
                          unsigned max_version) {
  Hdf5Reader file(path);
  const std::string found = container_format(file);
  if (found != format) {
    file.fail("/", fmt::format("expected a {} file, found {}", format,
                               found.empty() ? "a foreign file" : "a " + found + " file"));
  }
  const std::uint64_t version = read_whole_number(file, "format_version");
  if (version < 1 || version > max_version) {
    file.fail("/", fmt::format("expected format version 1 to {}, found {}; use a newer program",
                               max_version, version));
  }
  if (!file.has_attribute("/", "complete")) {
    file.fail("/", "the file was never completed; make it again");
  }
  return file;
}

core::Provenance read_provenance(const Hdf5Reader& file) {
  core::Provenance provenance;
  provenance.tool = file.text_attribute("/", "tool");
  provenance.tool_version = file.text_attribute("/", "tool_version");
  provenance.options = parse_json(file, "options");
  provenance.seed = read_whole_number(file, "seed");
  provenance.history = parse_json(file, "history");
  if (!provenance.history.is_array()) file.fail("/", "attribute history: expected a JSON list");
  return provenance;
}

std::string file_digest(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  stream.seekg(kUserBlockBytes);
  std::vector<char> buffer(std::size_t{1} << 20);
  XXH3_state_t* state = XXH3_createState();
  XXH3_128bits_reset(state);
  while (stream) {
    stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    XXH3_128bits_update(state, buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  const XXH128_hash_t digest = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  if (stream.bad()) throw core::IoError(path.string() + ": cannot read");
  return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

std::string stored_digest(const std::filesystem::path& path) {
  std::string block(kUserBlockBytes, '\0');
  std::ifstream stream(path, std::ios::binary);
  stream.read(block.data(), static_cast<std::streamsize>(block.size()));
  const std::string marker = "\nxxh3-128 ";
  const std::size_t at = block.find(marker);
  if (!stream || block.rfind("csl ", 0) != 0 || at == std::string::npos) {
    throw core::InputError(path.string() +
                           ": expected a file of this toolchain with a digest, found none");
  }
  const std::size_t begin = at + marker.size();
  const std::string digest = block.substr(begin, block.find('\n', begin) - begin);
  if (block.find_first_not_of('\n', begin + digest.size()) != std::string::npos) {
    throw core::InputError(path.string() + ": the digest is damaged");
  }
  return digest;
}

void check_digest(const std::filesystem::path& path) {
  const std::string expected = stored_digest(path);
  const std::string found = file_digest(path);
  if (found != expected) {
    throw core::InputError(
        fmt::format("{}: changed since it was written: expected digest {}, found {}", path.string(),
                    expected, found));
  }
}

}  // namespace io
