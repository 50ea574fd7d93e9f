#include <catch2/catch.hpp>
#include <set>

#include "core/errors.h"
#include "io/audio.h"
#include "simulate/speech.h"
#include "temporary_folder.h"

TEST_CASE("every pass over the files uses each of them once, in another order") {
  constexpr std::size_t kFiles = 13;
  std::vector<std::vector<std::size_t>> passes(3);
  for (std::size_t session = 0; session < 3 * kFiles; ++session) {
    passes[session / kFiles].push_back(simulate::speech_of_session(5, session, kFiles));
  }
  for (const auto& pass : passes)
    CHECK(std::set<std::size_t>(pass.begin(), pass.end()).size() == kFiles);
  CHECK(passes[0] != passes[1]);
  CHECK(simulate::speech_of_session(5, 20, kFiles) == passes[1][7]);
  CHECK(simulate::speech_of_session(5, 1000, 1) == 0);
}

TEST_CASE("the paper's parts share no file and depend on the set of files alone") {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 6300; ++i) files.emplace_back("speaker/" + std::to_string(i) + ".wav");
  const auto train = simulate::part_of_speech(files, "train");
  const auto valid = simulate::part_of_speech(files, "valid");
  const auto test = simulate::part_of_speech(files, "test");
  CHECK(train.size() == 5012);
  CHECK(valid.size() == 638);
  CHECK(test.size() == 638);
  std::set<std::filesystem::path> all(train.begin(), train.end());
  all.insert(valid.begin(), valid.end());
  all.insert(test.begin(), test.end());
  CHECK(all.size() == 6288);
  std::reverse(files.begin(), files.end());
  CHECK(simulate::part_of_speech(files, "test") == test);
  CHECK(simulate::part_of_speech(files, "all") == files);
  files.resize(10);
  CHECK(simulate::part_of_speech(files, "train").size() == 8);
  CHECK(simulate::part_of_speech(files, "valid").size() == 1);
  CHECK(simulate::part_of_speech(files, "test").size() == 1);
  files.resize(2);
  CHECK_THROWS_AS(simulate::part_of_speech(files, "test"), core::InputError);
  CHECK_THROWS_AS(simulate::part_of_speech(files, "exam"), core::UsageError);
}

TEST_CASE("speech is read from files, folders and lists") {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "b/deep");
  const std::vector<float> tone(3200, 0.1F);
  for (const char* name : {"a.wav", "b/2.wav", "b/deep/1.wav"})
    io::write_wav(folder / name, tone, 1, 16000.0);
  test::write_bytes(folder / "b/notes.md", "not speech");
  test::write_bytes(folder / "list.txt", "# comment\r\na.wav\r\n\nb/2.wav\n");
  CHECK(simulate::find_speech({(folder / "a.wav").string(), (folder / "b").string()}).size() == 3);
  CHECK(simulate::find_speech({(folder / "list.txt").string()}).size() == 2);
  const auto sorted = simulate::find_speech({(folder / "b").string()});
  CHECK(sorted[0].filename() == "2.wav");
}

TEST_CASE("speech at another rate keeps its duration") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "slow.wav", std::vector<float>(8000, 0.25F), 1, 8000.0);
  CHECK(simulate::read_speech(folder / "slow.wav", 16000.0).size() == 16000);
  io::write_wav(folder / "short.wav", std::vector<float>(100, 0.25F), 1, 8000.0);
  CHECK_THROWS_AS(simulate::read_speech(folder / "short.wav", 16000.0), core::InputError);
}
