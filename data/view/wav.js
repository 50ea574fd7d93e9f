// WAV files of any number of channels: browsers play one or two of them, so that one channel, or the mean of all, is
// copied into a WAV of its own. Long files are read in pieces.
(function (csl) {
  'use strict';
  const kPiece = 1 << 23;  // bytes read at once
  csl.kEnvelopeStep = 0.01;  // s between two values of the level

  const text = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map(i => view.getUint8(at + i)));

  // Layout of a file: {rate, channels, bytes, float, start, frames}.
  csl.readWavHeader = async file => {
    const view = new DataView(await file.slice(0, 1 << 16).arrayBuffer());
    const kind = view.byteLength >= 12 ? text(view, 0) : '';
    if (!['RIFF', 'RF64'].includes(kind) || text(view, 8) !== 'WAVE') throw new Error(`${file.name}: expected a WAV file`);
    let format = null;
    for (let at = 12; at + 8 <= view.byteLength;) {
      const name = text(view, at), size = view.getUint32(at + 4, true);
      if (name === 'fmt ') {
        let code = view.getUint16(at + 8, true);
        if (code === 0xfffe) code = view.getUint16(at + 32, true);  // extensible: the code is in the sub-format
        format = {code, channels: view.getUint16(at + 10, true), rate: view.getUint32(at + 12, true),
                  bytes: view.getUint16(at + 22, true) / 8};
      } else if (name === 'data') {
        if (!format) break;
        const known = {1: [1, 2, 3, 4], 3: [4, 8]}[format.code] || [];
        if (!known.includes(format.bytes)) {
          throw new Error(`${file.name}: expected PCM of 8 to 32 bits or floats, found format ${format.code} of ${8 * format.bytes} bits`);
        }
        const length = Math.min(size, file.size - at - 8);  // RF64, and writers that never knew the length, say 2^32 - 1
        return {rate: format.rate, channels: format.channels, bytes: format.bytes, float: format.code === 3,
                start: at + 8, frames: Math.floor(length / (format.channels * format.bytes))};
      }
      at += 8 + size + (size & 1);
    }
    throw new Error(`${file.name}: expected the parts "fmt " and "data" in the first 64 KiB`);
  };

  // Function that reads the sample at a byte of a view, in [-1, 1].
  function sampler(header) {
    if (header.float) return header.bytes === 4 ? (v, at) => v.getFloat32(at, true) : (v, at) => v.getFloat64(at, true);
    switch (header.bytes) {
      case 1: return (v, at) => (v.getUint8(at) - 128) / 128;
      case 2: return (v, at) => v.getInt16(at, true) / 32768;
      case 3: return (v, at) => ((v.getInt8(at + 2) << 16) | v.getUint16(at, true)) / 8388608;
      default: return (v, at) => v.getInt32(at, true) / 2147483648;
    }
  }

  function monoHeader(rate, frames) {
    const view = new DataView(new ArrayBuffer(44));
    const put = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
    put(0, 'RIFF'); view.setUint32(4, 36 + 2 * frames, true); put(8, 'WAVEfmt ');
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, rate, true); view.setUint32(28, 2 * rate, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    put(36, 'data'); view.setUint32(40, 2 * frames, true);
    return view.buffer;
  }

  // A playable mono copy {blob, level}: level is the largest magnitude of each kEnvelopeStep.
  // channel: number of a channel, or -1 for the mean of all.
  csl.monoCopy = async (file, header, channel) => {
    const read = sampler(header), stride = header.channels * header.bytes;
    const step = Math.max(1, Math.round(csl.kEnvelopeStep * header.rate));
    const level = new Float32Array(Math.ceil(header.frames / step)), parts = [monoHeader(header.rate, header.frames)];
    const perPiece = Math.max(1, Math.floor(kPiece / stride));
    for (let first = 0; first < header.frames; first += perPiece) {
      const count = Math.min(perPiece, header.frames - first);
      const begin = header.start + first * stride;
      const view = new DataView(await file.slice(begin, begin + count * stride).arrayBuffer());
      const mono = new Int16Array(count);
      for (let n = 0; n < count; ++n) {
        let sample = 0;
        if (channel >= 0) {
          sample = read(view, n * stride + channel * header.bytes);
        } else {
          for (let c = 0; c < header.channels; ++c) sample += read(view, n * stride + c * header.bytes);
          sample /= header.channels;
        }
        mono[n] = Math.round(32767 * Math.max(-1, Math.min(1, sample)));
        const cell = Math.floor((first + n) / step);
        level[cell] = Math.max(level[cell], Math.abs(sample));
      }
      parts.push(mono.buffer);
    }
    return {blob: new Blob(parts, {type: 'audio/wav'}), level};
  };
})(window.csl);
