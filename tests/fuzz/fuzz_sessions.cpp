#include "formats/sessions_file.h"
#include "fuzz_hdf5.h"

CSL_FUZZ_HDF5_TARGET([](const std::filesystem::path& path) {
  const formats::SessionsReader file(path);
  file.provenance();
  for (std::size_t i = 0; i < file.size(); ++i) file.read(i);
})
