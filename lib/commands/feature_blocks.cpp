#include "commands/feature_blocks.h"

#include <algorithm>
#include <vector>

#include "core/index_range.h"
#include "features/frame_bins.h"
#include "features/session_features.h"

namespace commands {
namespace {

using SessionsList = formats::InputList<formats::SessionsReader>;

/// Frames of a block. A pipeline holds four blocks for each thread.
constexpr std::size_t kBlockFrames = 256;

/// The blocks of one session.
class Blocks {
 public:
  Blocks(const SessionsList& inputs, std::size_t session, const session::FeatureSettings& settings)
      : inputs_(inputs), session_(session), settings_(settings) {
    const auto [file, index] = inputs.sessions[session];
    frames_ = features::frame_count(inputs.files[file]->samples(index), settings);
  }

  std::size_t size() const { return (frames_ + kBlockFrames - 1) / kBlockFrames; }
  core::IndexRange frames(std::size_t block) const {
    return {block * kBlockFrames, std::min(frames_, (block + 1) * kBlockFrames)};
  }
  features::SpectrumBlock read(std::size_t block) const {
    const core::IndexRange samples = features::frame_samples(frames(block), settings_);
    const std::vector<float> audio =
        inputs_.read_with(session_, [&](const formats::SessionsReader& file, std::size_t i) {
          return file.read_samples(i, samples);
        });
    return features::analyze_block(audio, inputs_.files.front()->microphones(), settings_);
  }

 private:
  const SessionsList& inputs_;
  std::size_t session_;
  const session::FeatureSettings& settings_;
  std::size_t frames_ = 0;
};

std::vector<float> find_floor(const Blocks& blocks, const session::FeatureSettings& settings,
                              core::ThreadPool& pool) {
  if (settings.floor_memory_s > 0.0) return {};
  features::SessionFloor floor(settings, settings.max_frequency_index() + 1);
  do {
    core::ordered_pipeline<std::vector<float>>(
        pool, blocks.size(), [&](std::size_t b) { return blocks.read(b).energy; },
        [&](std::size_t, std::vector<float>&& energy) { floor.add(energy); });
  } while (floor.end_pass());
  return floor.floor();
}

}  // namespace

std::size_t write_feature_blocks(const SessionsList& inputs, std::size_t session,
                                 const session::FeatureSettings& settings, core::ThreadPool& pool,
                                 formats::FeaturesWriter& writer) {
  const Blocks blocks(inputs, session, settings);
  features::BinChooser chooser(settings, find_floor(blocks, settings, pool));
  const auto [file, index] = inputs.sessions[session];
  formats::OrientationBlocks orientation(*inputs.files[file], index);
  const std::uint64_t bins_before = writer.bins();
  writer.begin(inputs.files[file]->info(index));
  const auto seconds = [&](std::size_t frame) {
    return static_cast<double>(frame * settings.hop_samples) / settings.sample_rate_hz;
  };
  core::ordered_pipeline<features::SpectrumBlock>(
      pool, blocks.size(), [&](std::size_t b) { return blocks.read(b); },
      [&](std::size_t b, features::SpectrumBlock&& block) {
        const core::IndexRange frames = blocks.frames(b);
        session::Features features;
        chooser.append(
            block,
            orientation.cover(seconds(frames.first), seconds(frames.end) + settings.window_s()),
            features);
        writer.append_block(features);
      });
  writer.end();
  return writer.bins() - bins_before;
}

}  // namespace commands
