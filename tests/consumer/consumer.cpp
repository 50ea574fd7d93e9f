// Usage: consumer MODEL FEATURES. Prints the direction of the first session in the world, x y z.
#include <cstdio>

#include "doa/pooling.h"
#include "features/network_bins.h"
#include "formats/features_file.h"
#include "formats/model_file.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const learn::Model model = formats::read_model(argv[1]).model;
  const session::Features heard = formats::FeaturesReader(argv[2]).read(0);
  const session::Features bins = features::network_bins(heard, model.recipe.smoothing);
  learn::Directions r = learn::predict(model, bins.stft, bins.frequency);
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    const Eigen::Matrix3f R_world_sensor =
        bins.frame_rotation[bins.frame[i]].toRotationMatrix().cast<float>();
    r.row(i) = (R_world_sensor * r.row(i).transpose()).transpose();
  }
  const doa::SessionBins pool({r.data(), static_cast<std::size_t>(r.size())}, bins.frame,
                              bins.frames());
  const Eigen::Vector3d direction = doa::pool_centroid(pool, {0, bins.frames()}).direction_world;
  std::printf("%.3f %.3f %.3f\n", direction.x(), direction.y(), direction.z());
}
