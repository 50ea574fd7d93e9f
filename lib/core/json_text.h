/// Reading and writing JSON.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace core {

/// The value as text. Bytes that are not UTF-8, which names of files may have, become U+FFFD.
/// @param indent  spaces of each level; -1: everything in one line
std::string json_text(const nlohmann::json& value, int indent = -1);

/// Reads JSON from a file that is not trusted.
/// @throws InputError  for text that is not JSON, or is nested so deep that later work on it would
///                     exhaust the stack. The message does not name the file.
nlohmann::json parse_json(std::string_view text);

/// Reads JSON from a file. @throws InputError  with the file's name, as parse_json(); as
/// read_text_file()
nlohmann::json read_json_file(const std::filesystem::path& path);

/// A whole number of an object. nlohmann's own conversion would turn -1 into 2^64 - 1, and 2.7 into
/// 2, without a word.
/// @throws InputError  if it is missing, no whole number, or outside [least, most]. The message
///                     does not name the file.
std::size_t json_count(const nlohmann::json& object, const char* key, std::size_t least,
                       std::size_t most);

}  // namespace core
