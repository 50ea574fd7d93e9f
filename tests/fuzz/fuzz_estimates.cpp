#include "formats/estimates_file.h"
#include "fuzz_hdf5.h"

CSL_FUZZ_HDF5_TARGET([](const std::filesystem::path& path) {
  const formats::EstimatesReader file(path);
  for (std::size_t i = 0; file.has_bins() && i < file.sessions().size(); ++i) file.read_bins(i);
})
