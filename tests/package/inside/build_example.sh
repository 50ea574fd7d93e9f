# build_example.sh: the example of libcsl-dev, built by CMake and by pkg-config, on the files of the tutorial.
set -euo pipefail
cd "$HOME"
cp -r /usr/share/doc/libcsl-dev/examples/consumer .
cmake -S consumer -B by-cmake >/dev/null
cmake --build by-cmake >/dev/null
c++ consumer/consumer.cpp $(pkg-config --cflags --libs csl) -o by-pkg-config
read -ra files <<<"tutorial/model.h5 tutorial/test.features.h5"
one=$(by-cmake/consumer "${files[@]}")
two=$(./by-pkg-config "${files[@]}")
echo "direction of the first session: $one"
[[ $one == "$two" ]] || { echo "by pkg-config: $two" >&2; exit 1; }
awk '{norm = $1 * $1 + $2 * $2 + $3 * $3; exit !(NF == 3 && norm > 0.99 && norm < 1.01)}' <<<"$one"
