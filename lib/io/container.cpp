#include "io/container.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "core/errors.h"
#include "core/input_file.h"
#include "core/json_text.h"
#include "core/parse.h"
#include "io/hasher.h"
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

nlohmann::json read_json(const Hdf5Reader& file, const std::string& attribute) {
  try {
    return core::parse_json(file.text_attribute("/", attribute));
  } catch (const core::InputError& error) {
    const std::string message = error.what();
    if (message.starts_with(file.path().string())) throw;
    file.fail("/", fmt::format("attribute {}: {}", attribute, message));
  }
}

/// True for a step of the history as core::append_history() makes it. Reports use its members.
bool is_step(const nlohmann::json& step) {
  const auto is_text = [&](const char* key) { return step.contains(key) && step[key].is_string(); };
  return step.is_object() && is_text("tool") && is_text("tool_version") &&
         step.contains("options") && step.contains("seed") && step["seed"].is_number_unsigned();
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
  provenance.options = read_json(file, "options");
  provenance.seed = read_whole_number(file, "seed");
  provenance.history = read_json(file, "history");
  if (!provenance.options.is_object() && !provenance.options.is_null()) {
    file.fail("/", "attribute options: expected a JSON object");
  }
  if (!provenance.history.is_array() || !std::ranges::all_of(provenance.history, is_step)) {
    file.fail("/",
              "attribute history: expected a JSON list of tools with version, options and seed");
  }
  return provenance;
}

std::string file_digest(const std::filesystem::path& path) {
  const core::InputFile file(path);
  Hasher hasher;
  std::vector<char> block(std::size_t{1} << 20);
  std::uint64_t at = kUserBlockBytes;
  while (const std::size_t got = file.read_at(at, block)) {
    hasher.update(std::span(block).first(got));
    at += got;
  }
  if (at < file.size()) throw core::IoError(path.string() + ": became shorter while it was read");
  const XXH128_hash_t digest = hasher.digest();
  return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

std::string stored_digest(const std::filesystem::path& path) {
  std::string block(kUserBlockBytes, '\0');
  const bool whole = core::InputFile(path).read_at(0, block) == block.size();
  const std::string marker = "\nxxh3-128 ";
  const std::size_t at = block.find(marker);
  if (!whole || block.rfind("csl ", 0) != 0 || at == std::string::npos) {
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
