#include <unistd.h>

#include <catch2/catch.hpp>

#include "captured_stream.h"
#include "core/errors.h"
#include "ingest/folder.h"
#include "ingest/recording.h"
#include "ingest/recording_stream.h"

namespace {

std::vector<float> read_all(const ingest::AudioSource& source) {
  ingest::RecordingStream stream(source);
  std::vector<float> all;
  std::vector<float> block(stream.channels() * 777);
  while (const std::size_t got = stream.read(block)) {
    all.insert(all.end(), block.begin(),
               block.begin() + static_cast<std::ptrdiff_t>(got * stream.channels()));
  }
  return all;
}

}  // namespace

TEST_CASE("channels are named by numbers and ranges, in the order given, each once") {
  using Channels = std::vector<std::size_t>;
  CHECK(ingest::parse_channels("1-4") == Channels{0, 1, 2, 3});
  CHECK(ingest::parse_channels("1,3,5-7") == Channels{0, 2, 4, 5, 6});
  CHECK(ingest::parse_channels("4,2") == Channels{3, 1});
  CHECK(ingest::channel_list({0, 2, 4, 5, 6}) == "1,3,5-7");
  CHECK(ingest::channel_list({3, 1}) == "4,2");
  for (const char* bad :
       {"", "0-3", "1,,2", "a", "4-1", "1,2,1", "2-4,3", "1-65", "-3", "1-", "1 2"}) {
    INFO(bad);
    CHECK_THROWS_AS(ingest::parse_channels(bad), core::UsageError);
  }
}

TEST_CASE("chosen channels and one file for each microphone give the same samples") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = test::noise(5000, 4, 0.3F);
  io::write_wav(folder / "all.wav", samples, 4, 16000.0);
  ingest::AudioSource mono;
  for (std::size_t c = 0; c < 4; ++c) {
    std::vector<float> one(5000);
    for (std::size_t n = 0; n < 5000; ++n) one[n] = samples[4 * n + c];
    mono.files.push_back(folder / ("mic" + std::to_string(c + 1) + ".wav"));
    io::write_wav(mono.files.back(), one, 1, 16000.0);
  }
  CHECK(read_all({{folder / "all.wav"}, {}, {}}) == samples);
  CHECK(read_all(mono) == samples);
  const std::vector<float> chosen = read_all({{folder / "all.wav"}, {2, 0}, {}});
  mono.channels = {2, 0};
  CHECK(read_all(mono) == chosen);
  REQUIRE(chosen.size() == 2 * 5000);
  for (std::size_t n = 0; n < 5000; ++n) {
    REQUIRE(chosen[2 * n] == samples[4 * n + 2]);
    REQUIRE(chosen[2 * n + 1] == samples[4 * n]);
  }
  ingest::RecordingStream stream(mono);
  stream.seek(4000);
  std::vector<float> block(2 * 10);
  REQUIRE(stream.read(block) == 10);
  CHECK(block[0] == samples[4 * 4000 + 2]);
}

TEST_CASE("files of one recording have one channel each, one rate and one length") {
  const test::TemporaryFolder folder;
  const std::vector<float> one = test::noise(1000, 1, 0.3F);
  io::write_wav(folder / "a.wav", one, 1, 16000.0);
  io::write_wav(folder / "rate.wav", one, 1, 48000.0);
  io::write_wav(folder / "short.wav", test::noise(999, 1, 0.3F), 1, 16000.0);
  io::write_wav(folder / "two.wav", one, 2, 16000.0);
  for (const char* name : {"rate.wav", "short.wav", "two.wav", "none.wav"}) {
    INFO(name);
    CHECK_THROWS_WITH(ingest::RecordingStream({{folder / "a.wav", folder / name}, {}, {}}),
                      Catch::Contains(name));
  }
  CHECK_THROWS_WITH(ingest::RecordingStream({{folder / "two.wav"}, {1, 2}, {}}),
                    Catch::Contains("channel 3"));
}

TEST_CASE("a folder holds recordings of any kind, whole or as one file for each microphone") {
  const test::TemporaryFolder folder;
  for (const char* name :
       {"a.wav",      "b.FLAC",     "c.1.wav",      "c.2.wav",      "c.10.wav",   "c.3.wav",
        "c.4.wav",    "c.5.wav",    "c.6.wav",      "c.7.wav",      "c.8.wav",    "c.9.wav",
        "d_Tr1.W64",  "d_Tr2.W64",  "e 3-ch01.caf", "e 3-ch02.caf", "a.pose.csv", "b.imu.csv",
        "c.pose.csv", "d.pose.csv", "e 3.imu.csv",  "notes.txt"}) {
    test::write_bytes(folder / name, "x");
  }
  const auto found = ingest::list_recordings(folder.path(), {});
  REQUIRE(found.size() == 5);
  CHECK(found[1].files == std::vector<std::filesystem::path>{folder / "b.FLAC"});
  REQUIRE(found[2].id == "c");
  REQUIRE(found[2].files.size() == 10);
  CHECK(found[2].files[1] == folder / "c.2.wav");
  CHECK(found[2].files[9] == folder / "c.10.wav");
  CHECK(found[3].id == "d");
  CHECK(found[4].id == "e 3");
  CHECK(found[4].files[1] == folder / "e 3-ch02.caf");
  for (const char* extra : {"a.flac", "c.12.wav", "c.wav", "lonely.ogg", "d_mic1.wav"}) {
    test::write_bytes(folder / extra, "x");
    INFO(extra);
    CHECK_THROWS_AS(ingest::list_recordings(folder.path(), {}), core::InputError);
    std::filesystem::remove(folder / extra);
  }
}

TEST_CASE("the logs of a folder's recording are known by their names, and ID.csv by its columns") {
  const test::TemporaryFolder folder;
  const std::string pose = "time_s,qw,qx,qy,qz\n0,1,0,0,0\n1,1,0,0,0\n";
  const std::string imu = "time_s,gx,gy,gz,ax,ay,az\n0,0,0,0,0,0,9.8\n1,0,0,0,0,0,9.8\n";
  const auto write = [&](const char* name, const std::string& text) {
    test::write_bytes(folder / name, text);
  };
  const auto list = [&] { return ingest::list_recordings(folder.path(), {}); };
  for (const char* name : {"a.wav", "b.wav", "c.wav", "d.1.wav", "d.2.wav", "e.wav"})
    write(name, "x");
  write("a.csv", pose);
  write("b.csv", imu);
  write("c.pose.csv", pose);
  write("c.csv", imu);
  write("d.csv", "time,qw,qx,qy,qz,gx,gy,gz\n0,1,0,0,0,0,0,0\n1,1,0,0,0,0,0,0\n");
  write("e.imu.csv", imu);
  write("e.csv", "start_s,end_s\n0,1\n");  // no motion log
  std::vector<ingest::FolderRecording> found;
  {
    test::CapturedStream errors(STDERR_FILENO);
    found = list();
    CHECK_THAT(errors.text(), Catch::Contains("e.csv: no motion log, left out"));
  }
  REQUIRE(found.size() == 5);
  CHECK(found[0].pose == folder / "a.csv");
  CHECK(found[0].imu.empty());
  CHECK(found[1].pose.empty());
  CHECK(found[1].imu == folder / "b.csv");
  CHECK(found[2].pose == folder / "c.pose.csv");
  CHECK(found[2].imu == folder / "c.csv");
  CHECK(found[3].files.size() == 2);
  CHECK(found[3].pose == folder / "d.csv");
  CHECK(found[3].imu == folder / "d.csv");
  CHECK(found[4].imu == folder / "e.imu.csv");
  CHECK(found[4].pose.empty());

  // A stated column that does not exist is a wrong option, although c has another log.
  for (const char* name : {"a.wav", "b.wav", "d.1.wav", "d.2.wav", "e.wav"}) {
    std::filesystem::rename(folder / name, folder / (std::string(name) + ".not"));
  }
  ingest::LogOptions wrong;
  wrong.columns = {{"gx", "absent"}};
  CHECK_THROWS_AS(ingest::list_recordings(folder.path(), wrong), core::UsageError);
  for (const char* name : {"a.wav", "b.wav", "d.1.wav", "d.2.wav", "e.wav"}) {
    std::filesystem::rename(folder / (std::string(name) + ".not"), folder / name);
  }

  write("c.csv", pose);
  CHECK_THROWS_WITH(list(), Catch::Contains("one log of orientations") &&
                                Catch::Contains("c.csv") && Catch::Contains("c.pose.csv"));
  write("c.csv", imu);
  write("e.csv", imu);
  CHECK_THROWS_WITH(list(),
                    Catch::Contains("one log of inertial samples") && Catch::Contains("e.imu.csv"));
  std::filesystem::remove(folder / "e.csv");
  write("a.csv", "start_s,end_s\n0,1\n");
  CHECK_THROWS_WITH(list(), Catch::Contains("a.csv") && Catch::Contains("a log of orientations"));
  std::filesystem::remove(folder / "a.csv");
  CHECK_THROWS_WITH(list(), Catch::Contains("a.pose.csv, a.imu.csv or a.csv"));
}
