// Directions and rotations. Vectors are [x, y, z]; quaternions are [w, x, y, z], sensor to world; angles are degrees.
window.csl = window.csl || {};
(function (csl) {
  'use strict';
  const kDegree = Math.PI / 180;

  // Azimuth is counter-clockwise from +x about +z, elevation is the angle from the x-y plane.
  csl.azimuth = v => Math.atan2(v[1], v[0]) / kDegree;
  csl.elevation = v => Math.atan2(v[2], Math.hypot(v[0], v[1])) / kDegree;
  csl.direction = (azimuth, elevation) => {
    const a = azimuth * kDegree, e = elevation * kDegree;
    return [Math.cos(a) * Math.cos(e), Math.sin(a) * Math.cos(e), Math.sin(e)];
  };
  csl.dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  csl.cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  csl.angleBetween = (a, b) => {
    const c = csl.cross(a, b);
    return Math.atan2(Math.hypot(c[0], c[1], c[2]), csl.dot(a, b)) / kDegree;
  };

  csl.conjugate = q => [q[0], -q[1], -q[2], -q[3]];
  // q v q*: from the sensor frame to the world.
  csl.rotate = (q, v) => {
    const u = [q[1], q[2], q[3]], t = csl.cross(u, v).map(x => 2 * x), s = csl.cross(u, t);
    return [0, 1, 2].map(i => v[i] + q[0] * t[i] + s[i]);
  };
  // Rotation of v about an axis whose length is the angle in rad.
  csl.turn = (w, v) => {
    const angle = Math.hypot(w[0], w[1], w[2]);
    if (angle < 1e-12) return v;
    const s = Math.sin(angle / 2) / angle;
    return csl.rotate([Math.cos(angle / 2), w[0] * s, w[1] * s, w[2] * s], v);
  };
  csl.slerp = (a, b, u) => {
    let c = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
    const sign = c < 0 ? -1 : 1;
    c = Math.min(1, Math.abs(c));
    const angle = Math.acos(c);
    const [p, q] = angle < 1e-6 ? [1 - u, u] : [Math.sin((1 - u) * angle), Math.sin(u * angle)].map(x => x / Math.sin(angle));
    const mixed = a.map((x, i) => p * x + sign * q * b[i]);
    const norm = Math.hypot(...mixed);
    return mixed.map(x => x / norm);
  };

  // Index of the last value of a rising list that is not above x, or -1.
  csl.lastNotAbove = (list, x, value = y => y) => {
    let low = -1, high = list.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value(list[middle]) <= x) low = middle; else high = middle;
    }
    return low;
  };
  // Orientation of a track {time, q} at a time, or null outside of it.
  csl.orientationAt = (track, time) => {
    if (!track || !track.time.length) return null;
    const i = csl.lastNotAbove(track.time, time);
    if (i < 0 || (i === track.time.length - 1 && time > track.time[i] + 0.5)) return null;
    if (i === track.time.length - 1) return track.q[i];
    return csl.slerp(track.q[i], track.q[i + 1], (time - track.time[i]) / (track.time[i + 1] - track.time[i]));
  };
})(window.csl);
