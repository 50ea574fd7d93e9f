#include "formats/sofa_reader.h"
#include "fuzz_file.h"

CSL_FUZZ_TARGET(".sofa", [](const std::filesystem::path& path) { formats::read_sofa(path); })
