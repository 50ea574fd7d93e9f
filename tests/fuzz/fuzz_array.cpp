#include "formats/array_file.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".json",
                [](const std::filesystem::path& path) { formats::load_array(path.string()); })
