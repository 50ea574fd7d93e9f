/// What a tool says about a model whose reflection was not decided.
#pragma once

#include <filesystem>

#include "formats/model_file.h"

namespace commands {

/// Warns if the model may be the mirror image of the map.
/// @param path  the model's file, for the message
void warn_of_doubt(const formats::LoadedModel& loaded, const std::filesystem::path& path);

}  // namespace commands
