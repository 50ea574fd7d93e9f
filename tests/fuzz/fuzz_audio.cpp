#include "fuzz_file.h"
#include "io/audio.h"

CSL_FUZZ_TARGET("", [](const std::filesystem::path& path) { io::read_audio(path); })
