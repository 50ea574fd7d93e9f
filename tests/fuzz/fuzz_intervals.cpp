#include "fuzz_file.h"
#include "ingest/intervals.h"

CSL_FUZZ_TARGET(".csv", [](const std::filesystem::path& path) {
  ingest::IntervalOptions options;
  options.rule = ingest::IntervalRule::kFile;
  options.file = path;
  ingest::AudioScan scan;
  scan.rate_hz = 16000.0;
  scan.frames = 160000;
  ingest::find_intervals(options, scan, "a");
  ingest::read_truth_file(path);
})
