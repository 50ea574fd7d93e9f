/// The sessions that csl-infer localizes: of features files, sessions files and audio files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/provenance.h"
#include "formats/model_file.h"
#include "session/features.h"

namespace commands {

/// Makes the features of sessions, one by one.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  virtual std::size_t size() const = 0;
  /// @param settings  of the features; those of a features file are its own
  virtual session::Features read(std::size_t i, const session::FeatureSettings& settings) const = 0;
};

/// What the caller knows before the inputs are opened.
struct InputWishes {
  std::string channels;                         ///< of audio files, such as "1-4"; empty: all
  session::FeatureSettings settings;            ///< of features that are made from audio
  std::size_t microphones = 0;                  ///< of the array or the model
  std::string needed_by;                        ///< name of the array or model, for messages
  const formats::LoadedModel* model = nullptr;  ///< its features are needed; null: any will do
};

/// Several inputs as one list of sessions.
class InferInputs {
 public:
  /// Opens all inputs. Channels of audio files that are no microphones are left out with a warning.
  /// @throws core::UsageError  if channels are named and no input is audio
  /// @throws core::InputError  if a file is wrong, has other microphones or other settings
  InferInputs(const std::vector<std::filesystem::path>& paths, const InputWishes& wishes);

  std::size_t size() const { return sessions_.size(); }
  /// Features of one session. Any thread may call this method.
  session::Features read(std::size_t i) const;

  const session::FeatureSettings& settings() const { return settings_; }
  /// Microphones of the array that remain, counted from 0.
  const std::vector<std::size_t>& kept() const { return kept_; }
  /// False: at least one input has no orientation.
  bool oriented() const { return oriented_; }
  void append_history(core::Provenance& provenance) const;

 private:
  void add(std::unique_ptr<FeatureSource> source);
  void add_container(const std::filesystem::path& path, const InputWishes& wishes);
  void add_audio(const std::vector<std::filesystem::path>& paths, const InputWishes& wishes);
  void settle(const session::FeatureSettings& found, const std::filesystem::path& path);

  std::vector<std::unique_ptr<FeatureSource>> sources_;
  std::vector<std::pair<std::size_t, std::size_t>> sessions_;  ///< source, and session in it
  std::vector<core::Provenance> provenance_;
  session::FeatureSettings settings_;
  std::filesystem::path settled_by_;  ///< first file with settings of its own; empty: none
  std::vector<std::size_t> kept_;
  bool oriented_ = true;
};

}  // namespace commands
