// Lines of a running stream: from a WebSocket, one line or several a message, or from a file that grows.
(function (csl) {
  'use strict';
  const kPoll = 200;          // ms between two looks at a file
  const kRetry = 1000;        // ms before a lost connection is made again

  // Cuts text into whole lines, and keeps the rest for the next piece.
  class LineCutter {
    constructor(take) { this.rest = ''; this.take = take; }
    push(text) {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop();
      for (const line of lines) if (line.trim()) this.take(line);
    }
    end() {
      if (this.rest.trim()) this.take(this.rest);
      this.rest = '';
    }
  }
  csl.LineCutter = LineCutter;

  // take(line) gets each line, tell(text, fault) what happens. Returns {stop}.
  csl.followSocket = (address, take, tell) => {
    let socket = null, stopped = false, count = 0;
    const connect = () => {
      socket = new WebSocket(address);
      socket.addEventListener('open', () => tell(`connected to ${address}`));
      socket.addEventListener('message', event => {
        const cutter = new LineCutter(line => { ++count; take(line); });
        cutter.push(String(event.data));
        cutter.end();  // a message holds whole lines
      });
      socket.addEventListener('close', () => {
        if (stopped) return;
        tell(count ? `${address}: the connection ended after ${count} lines; trying again` : `${address}: no connection; trying again`);
        setTimeout(() => { if (!stopped) connect(); }, kRetry);
      });
    };
    connect();
    return {stop() { stopped = true; socket.close(); }};
  };

  // handle: of a file that the user chose with showOpenFilePicker().
  csl.followFile = (handle, take, tell) => {
    let at = 0, stopped = false;
    const decoder = new TextDecoder(), cutter = new LineCutter(take);
    const look = async () => {
      if (stopped) return;
      try {
        const file = await handle.getFile();
        if (file.size < at) at = 0;  // the file began anew
        if (file.size > at) {
          cutter.push(decoder.decode(await file.slice(at).arrayBuffer(), {stream: true}));
          at = file.size;
        }
      } catch (error) {
        tell(`${handle.name}: ${error.message}`, true);
      }
      setTimeout(look, kPoll);
    };
    tell(`following ${handle.name}`);
    look();
    return {stop() { stopped = true; }};
  };
})(window.csl);
