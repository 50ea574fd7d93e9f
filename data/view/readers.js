// Text files of the tools, turned into plain objects. A file that is none of them throws an Error that says what was
// expected and what was found.
(function (csl) {
  'use strict';

  // Cells of a line of CSV; a quoted cell may hold commas and doubled quotes.
  function cells(line) {
    if (!line.includes('"')) return line.split(',');
    const out = [];
    for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
      out.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    }
    return out;
  }

  // Rows of a table as objects by the names of its header.
  function table(text, name) {
    const lines = text.split(/\r?\n/).filter(line => line && !line.startsWith('#'));
    const columns = cells(lines[0] || '').map(column => column.trim());
    return lines.slice(1).map((line, i) => {
      const row = cells(line);
      if (row.length !== columns.length) {
        throw new Error(`${name}, line ${i + 2}: expected ${columns.length} cells, found ${row.length}`);
      }
      return Object.fromEntries(columns.map((column, c) => [column, row[c]]));
    });
  }

  const vector = (row, names) => (row[names[0]] === '' ? null : names.map(name => Number(row[name])));

  // One window: {session, window, time, directions, tracks}. A direction has world and sensor (a vector or null).
  function fromLine(line, name) {
    if (typeof line.time_s !== 'number' || !Array.isArray(line.directions)) {
      throw new Error(`${name}: expected lines with time_s and directions, as csl-infer --stream prints them`);
    }
    const frames = d => ({
      world: d.world ? d.world.xyz : null, sensor: d.sensor ? d.sensor.xyz : null,
      confidence: d.confidence || 0, share: d.share || 0
    });
    return {
      session: String(line.session ?? ''), window: String(line.window_s ?? ''), time: line.time_s,
      directions: line.directions.map(frames),
      tracks: (line.tracks || []).map(t => ({...frames(t), id: t.id, existence: t.existence}))
    };
  }

  csl.readJsonLine = (line, name) => {
    let parsed;
    try {
      parsed = JSON.parse(line);
    } catch {
      throw new Error(`${name}: expected one JSON object a line, found: ${line.slice(0, 60)}`);
    }
    return fromLine(parsed, name);
  };

  // Function that gives each session a name of its own: sessions of two recordings may have the same id, and then the
  // times of a window length begin anew.
  function sessionNames() {
    const seen = new Map();
    return (session, window, time) => {
      const key = `${session}|${window}`, entry = seen.get(key) || {time: -Infinity, number: 1};
      if (time < entry.time) ++entry.number;
      entry.time = time;
      seen.set(key, entry);
      return entry.number === 1 ? session : `${session} (${entry.number})`;
    };
  }

  function readJsonLines(text, name) {
    const unique = sessionNames();
    const lines = text.split('\n').filter(line => line.trim());
    return lines.map((line, i) => {
      const window = csl.readJsonLine(line, `${name}, line ${i + 1}`);
      return {...window, session: unique(window.session, window.window, window.time)};
    });
  }

  function readEstimatesCsv(text, name) {
    const windows = new Map(), unique = sessionNames();
    for (const row of table(text, name)) {
      const session = unique(row.session, row.window_s, Number(row.time_s));
      const key = `${session}|${row.window_s}|${row.time_s}`;
      if (!windows.has(key)) {
        windows.set(key, {session, window: row.window_s, time: Number(row.time_s), directions: [], tracks: []});
      }
      if (row.kind === 'none') continue;
      const found = {
        world: vector(row, ['world_x', 'world_y', 'world_z']), sensor: vector(row, ['sensor_x', 'sensor_y', 'sensor_z']),
        confidence: Number(row.confidence) || 0, share: Number(row.share) || 0
      };
      if (row.kind === 'track') {
        windows.get(key).tracks.push({...found, id: Number(row.number), existence: Number(row.existence)});
      } else {
        windows.get(key).directions.push(found);
      }
    }
    return [...windows.values()];
  }

  function readTruth(text, name) {
    return table(text, name).map(row => ({
      source: Number(row.source), start: Number(row.start_s), end: Number(row.end_s),
      world: ['x', 'y', 'z'].map(axis => Number(row[axis])), spin: ['wx', 'wy', 'wz'].map(axis => Number(row[axis] || 0))
    }));
  }

  function readPose(text, name) {
    const rows = table(text, name);
    return {
      time: rows.map(row => Number(row.time_s)),
      q: rows.map(row => ['qw', 'qx', 'qy', 'qz'].map(part => Number(row[part])))
    };
  }

  function readArray(text, name) {
    const json = JSON.parse(text);
    if (!Array.isArray(json.positions_m)) throw new Error(`${name}: expected an array file with positions_m`);
    return {name: json.name || name, position: json.positions_m};
  }

  // {kind, value} of a text file by its content: estimates, truth, pose or array.
  csl.readText = (text, name) => {
    const head = text.slice(0, 4000).trimStart(), first = head.split('\n', 1)[0];
    if (first.startsWith('kind,session')) return {kind: 'estimates', value: readEstimatesCsv(text, name)};
    if (first.startsWith('source,start_s')) return {kind: 'truth', value: readTruth(text, name)};
    if (/(^|,)qw(,|\s*$)/.test(first) && /time_s/.test(first)) return {kind: 'pose', value: readPose(text, name)};
    if (head.startsWith('{') && head.includes('"positions_m"')) return {kind: 'array', value: readArray(text, name)};
    if (head.startsWith('{')) return {kind: 'estimates', value: readJsonLines(text, name)};
    throw new Error(`${name}: expected estimates (csl-export --csv or --jsonl), truth.csv, pose.csv with the columns ` +
                    `time_s,qw,qx,qy,qz, or an array file; found a text that begins with: ${first.slice(0, 60)}`);
  };
})(window.csl);
