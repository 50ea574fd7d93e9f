#include "formats/column_words.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "formats/column_unit.h"

namespace formats {

const WordSet kGyroscopeWords = {"gyro",   "gyros",       "gyr",          "gyroscope",
                                 "omega",  "gyrometer",   "rotationrate", "angularvelocity",
                                 "angvel", "angularrate", "turnrate"};
const WordSet kRateWords = {"rate", "rates", "velocity", "vel", "speed"};
const WordSet kTurnWords = {"angular", "rotation", "rotational", "turn", "ang", "rot"};
const WordSet kAccelerationWords = {"acc",           "accel",        "accels",
                                    "accelerometer", "acceleration", "accelerations",
                                    "accl",          "accelero",     "totalacceleration"};
const WordSet kGravityWords = {"gravity", "grav"};
const WordSet kWithoutWords = {"without", "no", "minus", "removed", "excluding", "user", "dynamic"};
const WordSet kWithWords = {"including", "with", "incl"};
const WordSet kMagnetometerWords = {"mag", "magn", "magnet", "magnetometer", "magnetic", "magneto"};
const WordSet kRotationWords = {"quat",        "quaternion", "quaternions", "q",
                                "orientation", "attitude",   "att",         "ori",
                                "rot",         "rotation",   "r",           "rotvec"};
const WordSet kMatrixWords = {"mat", "matrix", "dcm", "rotmat", "rotation", "rot", "r", "m"};
const WordSet kAngleWords = {"euler", "eul", "angle", "angles", "rpy"};
const WordSet kTimeWords = {
    "time",   "times",   "t",           "ts",      "timestamp", "timestamps", "stamp",
    "tstamp", "elapsed", "epoch",       "epoc",    "unixtime",  "uptime",     "datetime",
    "sec",    "secs",    "second",      "seconds", "msec",      "millis",     "milliseconds",
    "usec",   "micros",  "nsec",        "nsecs",   "nanosec",   "nanosecs",   "nanoseconds",
    "usecs",  "clock",   "microseconds"};
const WordSet kFrameWords = {"frame", "frames", "framenumber", "packetcounter", "framecount"};
const WordSet kCountWords = {"counter", "number", "count", "index", "no", "id"};
const WordSet kOtherWords = {
    "bias",        "biases",   "covariance",  "cov",      "std",       "stdev",  "stddev",
    "sigma",       "variance", "error",       "err",      "accuracy",  "offset", "temp",
    "temperature", "norm",     "abs",         "absolute", "magnitude", "delta",  "d",
    "b",           "dt",       "diff",        "interval", "latency",   "inc",    "delay",
    "exposure",    "duration", "setpoint",    "target",   "desired",   "cmd",    "free",
    "position",    "pos",      "translation", "trans",    "p",         "v",      "location",
    "altitude",    "latitude", "longitude",   "lsb",      "counts",    "adc",    "bits"};
const WordSet kEmptyWords = {"axis", "value", "values", "data", "sensor", "field"};
const WordSet kDoubtfulWords = {"raw", "uncal", "uncalibrated", "unfiltered", "ecef"};

namespace {

/// Whether the front of a word that ends with a component is the name of a sensor.
bool names_sensor(std::string_view front) {
  return kGyroscopeWords.contains(front) || kAccelerationWords.contains(front) ||
         kMagnetometerWords.contains(front) || kRotationWords.contains(front) ||
         kGravityWords.contains(front) || kAngleWords.contains(front);
}

/// Adds a word, divided before or after a component ("accx", "xacc", "qw") and before a unit of
/// time ("timems").
void add_word(std::string word, Words& words) {
  const auto is_component = [](char c) { return c == 'x' || c == 'y' || c == 'z' || c == 'w'; };
  if (word.size() >= 2 && is_component(word.back())) {
    const std::string front = word.substr(0, word.size() - 1);
    const bool letter = front.size() == 1 &&
                        std::string_view("gamwqrpvtb").find(front[0]) != std::string_view::npos;
    if (letter || names_sensor(front)) {
      words.push_back(front == "t" ? "trans" : front);
      words.emplace_back(1, word.back());
      return;
    }
  }
  if (word.size() >= 4 && is_component(word.front()) && names_sensor(word.substr(1))) {
    words.emplace_back(1, word.front());
    words.push_back(word.substr(1));
    return;
  }
  for (const char* time : {"timestamp", "time", "elapsed"}) {
    const std::string unit = word.starts_with(time) ? word.substr(std::string(time).size()) : "";
    const std::optional<Unit> found = find_unit(unit);
    if (found && found->dimension == Dimension::kTime) {
      words.emplace_back(time);
      words.push_back(unit);
      return;
    }
  }
  words.push_back(std::move(word));
}

/// Whether a new word begins at a character of a name.
bool begins_word(std::string_view name, std::size_t i) {
  const auto type = [&](std::size_t k) {
    const auto c = static_cast<unsigned char>(name[k]);
    return std::isdigit(c) != 0   ? 'd'
           : std::isupper(c) != 0 ? 'u'
           : std::islower(c) != 0 ? 'l'
                                  : ' ';
  };
  const char before = type(i - 1);
  const char here = type(i);
  if (here == 'u' && before == 'l') return true;
  if ((here == 'd') != (before == 'd')) return true;
  // The last capital of a run begins the next word: "IMUGyro".
  return here == 'u' && before == 'u' && i + 1 < name.size() && type(i + 1) == 'l' && i >= 2 &&
         type(i - 2) == 'u';
}

}  // namespace

bool has(const Words& words, const WordSet& set) {
  return std::ranges::any_of(words, [&](const std::string& word) { return set.contains(word); });
}

bool is_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> words_of(std::string_view name) {
  Words words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) add_word(std::move(word), words);
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (c >= 0x80 || std::isalnum(c) == 0) {
      finish();
      continue;
    }
    if (!word.empty() && begins_word(name, i)) finish();
    word += static_cast<char>(std::tolower(c));
  }
  finish();
  return words;
}

}  // namespace formats
