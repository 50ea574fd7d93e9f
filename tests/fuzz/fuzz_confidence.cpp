#include "evaluate/confidence_file.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".json", [](const std::filesystem::path& path) { evaluate::read_confidence(path); })
