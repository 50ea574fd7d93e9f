#include "formats/room_responses.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".json", [](const std::filesystem::path& path) {
  formats::read_room_responses(path, {}, 16000.0);
})
