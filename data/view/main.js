// Wires the page: files, keys, playback, live lines, and the pictures of each moment.
(function (csl) {
  'use strict';
  const $ = id => document.getElementById(id);
  const state = new csl.Layers();
  const player = new csl.Player(() => request());
  const sphereView = new csl.View(0.6, 0.45), arrayView = new csl.View(0.6, 0.45);
  const timeline = new csl.Timeline($('timeline'));
  let revision = 0, requested = false, follower = null, sound = null, followed = '';

  function tell(text, fault = false) {
    $('status').textContent = text;
    $('status').classList.toggle('fault', fault);
  }

  function request() {
    if (requested) return;
    requested = true;
    requestAnimationFrame(draw);
  }

  function draw() {
    requested = false;
    const time = player.time;
    csl.drawSphere($('sphere'), sphereView, state, time);
    csl.drawMap($('map'), state, time);
    csl.drawArray($('array'), arrayView, state, time);
    timeline.draw(state, player, Number($('span').value) || (player.live ? 30 : 0), revision);
    showTime(time);
    showNow(time);
    if (player.playing) request();
  }

  function showTime(time) {
    const end = Math.max(player.duration, 1e-3);
    $('seek').max = String(end);
    if (document.activeElement !== $('seek') || player.playing) $('seek').value = String(time);
    $('seek').setAttribute('aria-valuetext', `${time.toFixed(1)} of ${end.toFixed(1)} seconds`);
    $('clock').textContent = `${time.toFixed(2)} / ${player.duration.toFixed(2)} s`;
    $('play').textContent = player.playing ? 'Pause' : 'Play';
    $('play').setAttribute('aria-pressed', String(player.playing));
  }

  // The table of the present directions; its error is the angle to the nearest true direction.
  function showNow(time) {
    const truth = state.truthAt(time), rows = [];
    const angles = v => (v ? [csl.azimuth(v).toFixed(1), csl.elevation(v).toFixed(1)] : ['–', '–']);
    for (const {source, vector} of truth) rows.push([`truth ${source + 1}`, ...angles(vector), '', '']);
    for (const layer of state.layers) {
      const now = state.at(layer, time);
      if (!now || !now.directions.length) rows.push([layer.name, '–', '–', '–', '–']);
      for (const d of now ? now.directions : []) {
        const vector = state.vector(d);
        const error = vector && truth.length ? Math.min(...truth.map(t => csl.angleBetween(t.vector, vector))).toFixed(1) : '–';
        rows.push([layer.name, ...angles(vector), state.strength(layer, d).toFixed(2), error]);
      }
      for (const t of now ? now.tracks : []) rows.push([`${layer.name}, track ${t.id}`, ...angles(state.vector(t)), '', '']);
    }
    $('now').tBodies[0].replaceChildren(...rows.map(cells => {
      const row = document.createElement('tr');
      row.append(...cells.map((text, i) => {
        const cell = document.createElement(i ? 'td' : 'th');
        if (!i) cell.scope = 'row';
        cell.textContent = text;
        return cell;
      }));
      return row;
    }));
  }

  function options(select, values, chosen, names = values) {
    select.replaceChildren(...values.map((value, i) => new Option(names[i], value, false, value === chosen)));
    select.disabled = values.length < 2;
  }

  function dataChanged() {
    ++revision;
    player.length = Math.max(state.end(), player.live ? player.length : 0);
    options($('session'), state.sessions(), state.session, state.sessions().map(id => id || 'stream'));
    options($('window'), state.windows(), state.window, state.windows().map(w => `${w} s`));
    const items = state.layers.map((layer, i) => [layer.name, `background: var(--c${i})`, '']);
    if (state.truth) items.push(['truth', '', 'ring']);
    $('legend').replaceChildren(...items.map(([name, style, kind]) => {
      const item = document.createElement('li'), mark = document.createElement('span');
      mark.style.cssText = style;
      mark.className = kind;
      item.append(mark, name);
      return item;
    }));
    request();
  }

  const isSound = file => /\.(wav|flac|ogg|oga|opus|mp3|m4a|aac|webm)$/i.test(file.name) || file.type.startsWith('audio/');

  async function openSound(file, channel = -1) {
    const rate = Number($('speed').value);
    if (!/\.wav$/i.test(file.name)) {
      sound = null;
      await player.setSound(file, null, rate);
      return;
    }
    const header = await csl.readWavHeader(file);
    const copy = await csl.monoCopy(file, header, channel);
    const time = sound && sound.file === file ? player.time : 0;
    sound = {file, header};
    await player.setSound(copy.blob, copy.level, rate);
    player.seek(time);
    const channels = [-1, ...Array(header.channels).keys()].map(String);
    options($('channel'), channels, String(channel), channels.map(c => (c === '-1' ? 'mean' : String(Number(c) + 1))));
  }

  async function openText(file) {
    const {kind, value} = csl.readText(await file.text(), file.name);
    if (kind === 'estimates') state.setEstimates(file.name, value);
    else state[kind] = value;
  }

  // Opens files of any kind. A file that cannot be read does not keep the others from being opened.
  async function openFiles(files) {
    const opened = [], faults = [];
    for (const file of files) {
      try {
        tell(`Reading ${file.name}…`);
        await (isSound(file) ? openSound(file) : openText(file));
        opened.push(file.name);
      } catch (error) {
        faults.push(error.message.startsWith(file.name) ? error.message : `${file.name}: ${error.message}`);
      }
    }
    tell([opened.length ? `Opened ${opened.join(', ')}.` : '', ...faults].join(' ').trim(), faults.length > 0);
    dataChanged();
  }

  function stopFollowing() {
    if (follower) follower.stop();
    follower = null;
    $('connect-button').textContent = 'Connect';
  }

  function takeLine(line) {
    try {
      const window = csl.readJsonLine(line, followed);
      state.append(followed, window);
      player.follow(window.time + state.offset);
      dataChanged();
    } catch (error) {
      tell(error.message, true);
    }
  }

  function follow(name, begin) {
    stopFollowing();
    followed = name;
    player.live = true;
    follower = begin(takeLine, tell);
    $('connect-button').textContent = 'Disconnect';
  }

  function seekBy(seconds) { player.live = false; player.seek(player.time + seconds); }

  function toggleHelp() {
    $('help').hidden = !$('help').hidden;
    $('help-button').setAttribute('aria-expanded', String(!$('help').hidden));
  }

  function setFrame(frame) {
    state.frame = $('frame').value = frame;
    ++revision;
    request();
  }

  const keys = {
    ' ': () => player.toggle(),
    ArrowLeft: event => seekBy(event.shiftKey ? -0.1 : -1),
    ArrowRight: event => seekBy(event.shiftKey ? 0.1 : 1),
    Home: () => player.seek(0),
    End: () => player.seek(player.duration),
    ',': () => player.seek(state.step(player.time, false) ?? player.time),
    '.': () => player.seek(state.step(player.time, true) ?? player.time),
    f: () => setFrame(state.frame === 'world' ? 'sensor' : 'world'),
    '?': toggleHelp
  };

  // Controls keep the keys that they need themselves.
  function keepsKey(element, key) {
    if (element.matches('input:not([type=range]), textarea, select')) return true;
    if (element.matches('button, label, summary')) return key === ' ' || key === 'Enter';
    return element.matches('input[type=range]') && key !== ' ';
  }

  document.addEventListener('keydown', event => {
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || keepsKey(event.target, event.key)) return;
    event.preventDefault();
    action(event);
  });

  $('files').addEventListener('change', event => openFiles([...event.target.files]));
  document.addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('drop'); });
  document.addEventListener('dragleave', () => document.body.classList.remove('drop'));
  document.addEventListener('drop', event => {
    event.preventDefault();
    document.body.classList.remove('drop');
    openFiles([...event.dataTransfer.files]);
  });
  $('play').addEventListener('click', () => player.toggle());
  $('seek').addEventListener('input', () => { player.live = false; player.seek(Number($('seek').value)); });
  $('speed').addEventListener('change', () => player.setRate(Number($('speed').value)));
  $('channel').addEventListener('change', () => openSound(sound.file, Number($('channel').value)));
  $('frame').addEventListener('change', () => setFrame($('frame').value));
  $('session').addEventListener('change', () => { state.session = $('session').value; dataChanged(); });
  $('window').addEventListener('change', () => { state.window = $('window').value; dataChanged(); });
  $('span').addEventListener('change', request);
  $('offset').addEventListener('input', () => { state.offset = Number($('offset').value) || 0; dataChanged(); });
  $('help-button').addEventListener('click', toggleHelp);
  $('connect').addEventListener('submit', event => {
    event.preventDefault();
    if (follower) {
      stopFollowing();
      tell('Disconnected.');
      return;
    }
    try {
      const address = $('address').value;
      follow(address, (take, say) => csl.followSocket(address, take, say));
    } catch (error) {
      stopFollowing();
      tell(`${$('address').value}: expected the address of a WebSocket, such as ws://localhost:8765 (${error.message})`, true);
    }
  });
  if (window.showOpenFilePicker) {
    $('follow-file').hidden = false;
    $('follow-file').addEventListener('click', async () => {
      try {
        const [handle] = await window.showOpenFilePicker();
        follow(handle.name, (take, say) => csl.followFile(handle, take, say));
      } catch (error) {
        if (error.name !== 'AbortError') tell(error.message, true);
      }
    });
  }
  let dragging = false;
  const seekTo = event => { player.live = false; player.seek(timeline.time(event.offsetX)); };
  $('timeline').addEventListener('pointerdown', event => { dragging = true; $('timeline').setPointerCapture(event.pointerId); seekTo(event); });
  $('timeline').addEventListener('pointermove', event => { if (dragging) seekTo(event); });
  for (const end of ['pointerup', 'pointercancel']) $('timeline').addEventListener(end, () => { dragging = false; });
  sphereView.attach($('sphere'), request);
  arrayView.attach($('array'), request);
  new ResizeObserver(request).observe(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', request);
  window.addEventListener('unhandledrejection', event => { event.preventDefault(); tell(event.reason.message, true); });

  csl.app = {state, player, timeline, openFiles, follow, stopFollowing, takeLine};  // for tests and the console
  request();
})(window.csl);
