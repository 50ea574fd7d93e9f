// Search over all pages, in the page itself: every word of the question must begin a word of a section.
(function () {
  'use strict';
  const kMost = 40, kAround = 90;  // results; characters shown on each side of a hit
  const box = document.getElementById('search'), results = document.getElementById('results');
  const article = document.querySelector('article'), root = document.body.dataset.root, menu = document.getElementById('menu');

  const fold = text => text.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const escaped = word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const begins = word => new RegExp(`(^|[^a-z0-9])${escaped(word)}`, 'g');

  // Score of a section: hits in its title weigh most; 0 if a word is missing.
  function score(section, patterns) {
    let sum = 0;
    for (const pattern of patterns) {
      const count = text => (text.match(pattern) || []).length;
      const found = 20 * count(section.title) + 8 * count(section.page) + Math.min(5, count(section.text));
      if (!found) return 0;
      sum += found;
    }
    return sum;
  }

  const sections = window.searchIndex.map(([link, page, title, text]) => (
    {link, shown: [page, title, text], page: fold(page), title: fold(title), text: fold(text)}));

  // Text around the first hit, with all hits marked.
  function excerpt(text, words) {
    const folded = fold(text), first = Math.min(...words.map(word => {
      const at = folded.search(begins(word));
      return at < 0 ? folded.length : at;
    }));
    const from = first === folded.length ? 0 : Math.max(0, first - kAround), piece = text.slice(from, from + 2 * kAround + 60);
    const out = document.createElement('p');
    const pattern = new RegExp(`(${words.map(escaped).join('|')})`, 'i');
    out.append(from ? '… ' : '');
    piece.split(new RegExp(pattern, 'gi')).forEach(part => {
      if (pattern.test(part)) {
        const mark = document.createElement('mark');
        mark.textContent = part;
        out.append(mark);
      } else {
        out.append(part);
      }
    });
    return out;
  }

  function show() {
    const words = fold(box.value).split(/\s+/).filter(word => word.length > 1);
    results.hidden = !words.length;
    article.hidden = words.length > 0;
    if (!words.length) return;
    const patterns = words.map(begins);
    const hits = sections.map(section => ({section, value: score(section, patterns)})).filter(hit => hit.value);
    hits.sort((a, b) => b.value - a.value);
    const list = document.createElement('ol');
    for (const {section} of hits.slice(0, kMost)) {
      const [page, title, text] = section.shown, item = document.createElement('li'), link = document.createElement('a');
      link.href = root + section.link;
      link.textContent = title === page ? page : `${page}: ${title}`;
      link.addEventListener('click', () => { box.value = ''; show(); });
      item.append(link, excerpt(text, words));
      list.append(item);
    }
    const head = document.createElement('h2');
    head.textContent = hits.length ? `${hits.length} sections with “${box.value.trim()}”` : `Nothing has “${box.value.trim()}”`;
    results.replaceChildren(head, list);
  }

  box.addEventListener('input', show);
  box.addEventListener('keydown', event => {
    if (event.key === 'Escape') { box.value = ''; show(); }
    if (event.key === 'Enter') { const link = results.querySelector('a'); if (link) link.click(); }
  });
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.target.matches('input, textarea')) return;
    event.preventDefault();
    box.focus();
  });
  const wide = matchMedia('(min-width: 861px)'), fit = () => { menu.open = wide.matches; };
  wide.addEventListener('change', fit);
  fit();
})();
