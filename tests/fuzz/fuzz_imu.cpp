#include "fuzz_file.h"
#include "ingest/orientation_log.h"

CSL_FUZZ_TARGET(".csv", [](const std::filesystem::path& path) {
  ingest::LogOptions options;
  options.imu = path;
  ingest::read_orientation_log(options);
})
