#include "formats/room_responses.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".sofa", [](const std::filesystem::path& path) {
  formats::read_room_sofa(path, {}, 16000.0);
})
