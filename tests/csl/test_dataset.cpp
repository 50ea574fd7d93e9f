#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "core/errors.h"
#include "csl/dataset.h"
#include "csl/synthetic.h"

TEST_CASE("a sound data set passes and every broken one is named", "[dataset]") {
  synthetic::Options options;
  options.intervals = 2;
  options.frames = 20;
  options.bins_per_interval = 60;
  const csl::Dataset good = synthetic::make_dataset(options);
  CHECK_NOTHROW(good.validate());
  const std::vector<std::function<void(csl::Dataset&)>> breakages = {
      [](csl::Dataset& d) { d.stft.pop_back(); },
      [](csl::Dataset& d) { d.frame.pop_back(); },
      [](csl::Dataset& d) { d.microphones = 0; },
      [](csl::Dataset& d) { d.max_frequency_index = 0; },
      [](csl::Dataset& d) { d.hop_s = NAN; },
      [](csl::Dataset& d) { d.frequency[7] = 201; },
      [](csl::Dataset& d) { d.stft[11] = NAN; },
      [](csl::Dataset& d) { d.stft[11] = 3.0F; },
      [](csl::Dataset& d) { d.R_world_sensor[5](0, 0) = NAN; },
      [](csl::Dataset& d) { d.R_world_sensor[5] *= -1.0F; },
      [](csl::Dataset& d) { std::swap(d.frame[3], d.frame[40]); },
      [](csl::Dataset& d) { d.frame[3] = 25; },
      [](csl::Dataset& d) { d.intervals[1].end_bin = d.bins() + 1; },
      [](csl::Dataset& d) { d.intervals[1].end_frame = 41; },
  };
  for (std::size_t i = 0; i < breakages.size(); ++i) {
    CAPTURE(i);
    csl::Dataset broken = good;
    breakages[i](broken);
    CHECK_THROWS_AS(broken.validate(), core::InputError);
  }
}
