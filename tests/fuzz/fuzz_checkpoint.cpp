#include "formats/checkpoint_file.h"
#include "fuzz_hdf5.h"

CSL_FUZZ_HDF5_TARGET([](const std::filesystem::path& path) { formats::read_checkpoint(path); })
