#include "formats/session_export.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "core/files.h"
#include "core/parse.h"
#include "io/audio.h"
#include "session/session.h"

namespace formats {
namespace {

std::string truth_csv(const session::Info& info) {
  std::string text = "source,start_s,end_s,x,y,z,wx,wy,wz\n";
  for (const session::SourceTruth& source : info.sources) {
    const Eigen::Vector3d& d = source.direction_world;
    const Eigen::Vector3d& w = source.angular_velocity_world;
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{}\n", source.source,
                   source.start_s, source.end_s, d.x(), d.y(), d.z(), w.x(), w.y(), w.z());
  }
  return text;
}

std::string imu_csv(const imu::Samples& samples) {
  std::string text = "time_s,gx,gy,gz,ax,ay,az,mx,my,mz\n";
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    const Eigen::Vector3d& g = samples.gyroscope_rad_s[i];
    const Eigen::Vector3d& a = samples.accelerometer_m_s2[i];
    const Eigen::Vector3d& m = samples.magnetometer_uT[i];
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{}\n", samples.time_s[i],
                   g.x(), g.y(), g.z(), a.x(), a.y(), a.z(), m.x(), m.y(), m.z());
  }
  return text;
}

}  // namespace

std::string pose_csv(std::span<const so3::Track> tracks) {
  std::string text = "time_s,qw,qx,qy,qz\n";
  for (const so3::Track& track : tracks) {
    for (std::size_t i = 0; i < track.size(); ++i) {
      const Eigen::Quaterniond& q = track.quaternion()[i];
      fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n", track.time_s()[i], q.w(), q.x(),
                     q.y(), q.z());
    }
  }
  return text;
}

void export_session(const std::filesystem::path& folder, const session::Session& session,
                    std::size_t microphones, double sample_rate_hz) {
  const std::string& id = session.info.id;
  io::write_wav(folder / (id + ".wav"), session.time_data, microphones, sample_rate_hz);
  core::write_text_file(folder / (id + ".pose.csv"), pose_csv({&session.orientation, 1}));
  core::write_text_file(folder / (id + ".truth.csv"), truth_csv(session.info));
  if (!session.imu.time_s.empty())
    core::write_text_file(folder / (id + ".imu.csv"), imu_csv(session.imu));
}

std::optional<std::size_t> exported_session(const std::string& name) {
  const std::size_t dot = name.find('.');
  const std::string ending = dot == std::string::npos ? "" : name.substr(dot);
  if (ending != ".wav" && ending != ".pose.csv" && ending != ".truth.csv" && ending != ".imu.csv") {
    return std::nullopt;
  }
  return core::parse_whole_number(name.substr(0, dot));
}

}  // namespace formats
