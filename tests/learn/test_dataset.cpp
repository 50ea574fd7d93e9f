#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "core/errors.h"
#include "learn/dataset.h"
#include "learn/synthetic.h"

TEST_CASE("a valid data set is accepted, and each broken one is refused by name", "[dataset]") {
  synthetic::Options options;
  options.intervals = 2;
  options.frames = 20;
  options.bins_per_interval = 60;
  const learn::Dataset good = synthetic::make_dataset(options);
  CHECK_NOTHROW(good.validate());
  const std::vector<std::function<void(learn::Dataset&)>> breakages = {
      [](learn::Dataset& d) { d.stft.pop_back(); },
      [](learn::Dataset& d) { d.frame.pop_back(); },
      [](learn::Dataset& d) { d.microphones = 0; },
      [](learn::Dataset& d) { d.max_frequency_index = 0; },
      [](learn::Dataset& d) { d.hop_s = NAN; },
      [](learn::Dataset& d) { d.frequency[7] = 201; },
      [](learn::Dataset& d) { d.stft[11] = NAN; },
      [](learn::Dataset& d) { d.stft[11] = 3.0F; },
      [](learn::Dataset& d) { d.R_world_sensor[5](0, 0) = NAN; },
      [](learn::Dataset& d) { d.R_world_sensor[5] *= -1.0F; },
      [](learn::Dataset& d) { std::swap(d.frame[3], d.frame[40]); },
      [](learn::Dataset& d) { d.frame[3] = 25; },
      [](learn::Dataset& d) { d.intervals[1].end_bin = d.bins() + 1; },
      [](learn::Dataset& d) { d.intervals[1].end_frame = 41; },
  };
  for (std::size_t i = 0; i < breakages.size(); ++i) {
    CAPTURE(i);
    learn::Dataset broken = good;
    breakages[i](broken);
    CHECK_THROWS_AS(broken.validate(), core::InputError);
  }
}
