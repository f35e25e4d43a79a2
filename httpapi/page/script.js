// What makes the pages quicker: suggestions in the search box, choices that keep
// their place, copying, and keys. Without it everything works all the same.
(() => {
'use strict';

const form = document.querySelector('form.ask');
const box = form.elements.q;
const said = element('p', {class: 'unseen', role: 'status'});
document.body.append(said);

function element(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  e.append(...children);
  return e;
}

const counted = (n, one) => n.toLocaleString('en') + ' ' + one + (n === 1 ? '' : 's');

// Suggestions: an editable combobox with a list. An option that is moved to stands in
// the box as the query that it makes, so that Enter always searches for what is seen
// there, and typing goes on from it.

const delay = 100; // ms without a key before suggestions are asked for
const kinds = {person: 'People', place: 'Places', org: 'Organisations', word: 'Words'};
const list = element('div', {
  id: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions', hidden: '',
});
let typed = ''; // by hand; the box may show an option's query
let options = [], at = -1; // the option moved to; -1: none
let timer, asking;

form.append(list);
for (const [key, value] of Object.entries({
  role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id,
})) box.setAttribute(key, value);

// forget gives up the options, and those asked for. They stay in sight until others
// come, or the list is closed.
function forget() {
  clearTimeout(timer);
  asking?.abort();
  options = [];
  at = -1;
  box.removeAttribute('aria-activedescendant');
}

function close() {
  forget();
  list.hidden = true;
  box.setAttribute('aria-expanded', 'false');
}

// ask asks for suggestions after so many ms, where the end of the query is typed on.
function ask(wait) {
  forget();
  typed = box.value;
  if (!typed.trim() || box.selectionEnd < typed.length) return close();
  timer = setTimeout(suggest, wait);
}

async function suggest() {
  const {signal} = asking = new AbortController();
  try {
    const url = new URL('api/v1/suggest', form.action);
    url.search = new URLSearchParams({q: typed, limit: 5});
    const answer = await fetch(url, {signal});
    const found = answer.ok && await answer.json();
    if (!signal.aborted) found ? show(found) : close();
  } catch {
    if (!signal.aborted) close(); // out of reach: the form still searches
  }
}

function show(found) {
  const words = found.words.map(w => ({field: 'word', name: w.word, ...w}));
  const rows = found.values.concat(words);
  list.replaceChildren();
  options = [];
  for (const kind in kinds) {
    const some = rows.filter(row => row.field === kind);
    if (!some.length) continue;
    const id = 'suggested-' + kind;
    const head = element('div', {id, role: 'presentation', class: 'kind'}, kinds[kind]);
    list.append(element('div', {role: 'group', 'aria-labelledby': id}, head, ...some.map(option)));
  }
  said.textContent = rows.length ? counted(rows.length, 'suggestion') : 'no suggestions';
  if (!rows.length) return close();
  list.hidden = false;
  list.scrollTop = 0;
  box.setAttribute('aria-expanded', 'true');
}

function option(row) {
  const name = element('span', {}, element('bdi', {}, row.name));
  const path = row.field === 'place' ? row.value.split('/').slice(0, -1) : [];
  if (path.length) name.append(' ', element('bdi', {class: 'in'}, path.join(' › ')));
  const count = element('span', {class: 'n'}, row.count.toLocaleString('en'),
    element('span', {class: 'unseen'}, row.count === 1 ? ' article' : ' articles'));
  const id = 'option-' + options.length;
  const o = element('div', {id, role: 'option', 'aria-selected': 'false'}, name, ' ', count);
  o.query = row.query;
  options.push(o);
  return o;
}

// move goes up or down among the options and the box itself, which has what was typed.
function move(step) {
  const places = options.length + 1;
  options[at]?.setAttribute('aria-selected', 'false');
  at = (at + 1 + step + places) % places - 1;
  const o = options[at];
  box.value = o ? o.query : typed;
  if (!o) return box.removeAttribute('aria-activedescendant');
  o.setAttribute('aria-selected', 'true');
  o.scrollIntoView({block: 'nearest'});
  box.setAttribute('aria-activedescendant', o.id);
}

box.addEventListener('input', e => { if (!e.isComposing) ask(delay); });
box.addEventListener('compositionend', () => ask(delay));
box.addEventListener('blur', close);
form.addEventListener('submit', close);
box.addEventListener('keydown', e => {
  if (e.isComposing || e.ctrlKey || e.metaKey) return;
  const step = {ArrowDown: 1, ArrowUp: -1}[e.key];
  if (step && !list.hidden) {
    if (options.length) move(step);
  } else if (e.key === 'ArrowDown') {
    ask(0);
  } else if (e.key === 'Escape' && !list.hidden) {
    if (at >= 0) box.value = typed;
    close();
  } else {
    return;
  }
  e.preventDefault();
});
list.addEventListener('mousedown', e => e.preventDefault()); // the box keeps the focus
list.addEventListener('click', e => {
  const o = e.target.closest('[role=option]');
  if (!options.includes(o)) return;
  box.value = o.query;
  form.requestSubmit();
});
addEventListener('pageshow', e => { if (e.persisted) form.reset(); });

// Choices: a filter, an order or a span of dates changes the results in place, so that
// focus, scroll and what is unfolded stay.

const choices = '.side a, .chips a, .sorts a, .of a, .chart a, .map a';
const places = ['title', 'link[rel=alternate]', '.fold > summary', '.facets', 'main'];
let address = location.pathname + location.search; // of what is shown
let loading;

// label tells an element by where it stands and what it says, from page to page.
const label = e =>
  [e.tagName, e.className, group(e), e.id || e.title || e.ariaLabel || e.textContent].join('|');
const summary = details => label(details.firstElementChild);
const group = e => e.closest('[aria-labelledby]')?.getAttribute('aria-labelledby');

// load shows another page of results, and goes there where it can't be shown in place.
async function load(url, chosen) {
  loading?.abort();
  const {signal} = loading = new AbortController();
  document.querySelector('main').setAttribute('aria-busy', 'true');
  said.textContent = '';
  try {
    const answer = await fetch(url, {signal});
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!places.every(p => page.querySelector(p))) throw answer.status;
    if (signal.aborted) return;
    if (chosen) history.pushState(null, '', answer.url); // where url leads
    address = location.pathname + location.search;
    exchange(page, chosen);
  } catch {
    if (signal.aborted) return;
    chosen ? location.assign(url) : location.reload();
  }
}

function exchange(page, chosen) {
  const last = chosen ?? document.activeElement;
  const was = {label: label(last), group: group(last), top: last.getBoundingClientRect().top};
  const open = [...document.querySelectorAll('main details[open]')].map(summary);
  for (const p of places) document.querySelector(p).replaceWith(page.querySelector(p));
  for (const d of document.querySelectorAll('main details')) d.open ||= open.includes(summary(d));
  for (const i of form.querySelectorAll('[type=hidden]')) i.remove();
  form.append(...page.querySelectorAll('form.ask [type=hidden]'));
  const typing = document.activeElement === box && box.value !== box.defaultValue;
  box.defaultValue = page.querySelector('#q').defaultValue;
  if (!typing) box.value = box.defaultValue;
  said.textContent = document.querySelector('.count strong')?.textContent ?? '';
  if (!last.isConnected && document.activeElement !== box) keep(was, chosen);
}

// keep puts the focus back to what had it, or near that. What was chosen stays where it
// was in the window.
function keep(was, chosen) {
  const all = [...document.querySelectorAll('aside a, aside input, main a, main input')];
  const same = all.find(e => label(e) === was.label);
  const near = was.group && all.find(e => group(e) === was.group);
  if (!same && near) return near.focus();
  (same ?? document.querySelector('main')).focus({preventScroll: true});
  same?.select?.();
  if (same && chosen) scrollBy(0, same.getBoundingClientRect().top - was.top);
}

if (places.every(p => document.querySelector(p))) {
  document.addEventListener('click', e => {
    const a = e.target.closest?.(choices);
    const href = a?.getAttribute('href');
    if (e.defaultPrevented || !href?.startsWith('/')) return;
    if (e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return; // elsewhere
    e.preventDefault();
    load(href, a);
  });
  document.addEventListener('submit', e => {
    if (e.target === form || e.target.method !== 'get') return;
    e.preventDefault();
    const given = [...new FormData(e.target)].filter(([, value]) => value);
    const field = e.target.querySelector('input:focus') ?? e.target.querySelector('input');
    load(e.target.action + '?' + new URLSearchParams(given), field);
  });
  addEventListener('popstate', () => {
    if (location.pathname + location.search !== address) return load(location.href);
    loading?.abort(); // what was gone back to is shown still
    document.querySelector('main').removeAttribute('aria-busy');
  });
}

// Copying: a button copies the text of the element that it names, or where that is a link or
// there is none, an address.

// exact returns an address with the paragraph that was gone to last.
function exact(address) {
  const url = new URL(address);
  if (!location.hash.startsWith('#p-')) return url.href;
  const part = new URLSearchParams(location.search).get('part');
  if (part) url.searchParams.set('part', part);
  url.hash = location.hash;
  return url.href;
}

// copy works without encryption too, where browsers have no clipboard for scripts.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element('textarea', {class: 'unseen'});
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

document.addEventListener('click', async e => {
  const button = e.target.closest?.('.copy');
  if (!button) return;
  const from = document.getElementById(button.dataset.copy);
  const done = await copy(from && !from.href ? from.textContent : exact(from?.href ?? location.href));
  button.focus();
  document.querySelector('#copied').textContent = done ? 'Copied.' : 'This browser does not let pages copy.';
});

// Keys: single ones, which page /help/keys lists and can switch off. Other scripts add
// theirs.

let kept; // undefined where nothing may be stored
try { kept = localStorage; } catch {}
let areOn = kept?.keys !== 'off';

// step goes to the next or previous result, from the one that has the focus.
function step(by) {
  const stops = [...document.querySelectorAll('.hits h2 a, .paging [rel=next]')];
  const now = stops.findIndex(a => (a.closest('.hits > li') ?? a).contains(document.activeElement));
  stops[now < 0 && by < 0 ? 0 : now + by]?.focus();
}

const keys = document.keys = {
  '/': () => { box.focus(); box.select(); },
  'j': () => step(1),
  'k': () => step(-1),
  '?': () => location.assign(new URL('keys', document.querySelector('.help').href)),
};

document.addEventListener('keydown', e => {
  if (!areOn || e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey ||
    e.target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]')) return;
  // On a keyboard of another script letters are told by where they lie.
  const foreign = e.key > '~' && e.key.length === 1;
  const key = foreign ? e.code.replace('Key', '').replace('Slash', '/') : e.key;
  const act = keys[key.toLowerCase()];
  if (!act) return;
  e.preventDefault();
  act();
});

const toggle = document.querySelector('#keys');
if (toggle) {
  toggle.checked = areOn;
  toggle.addEventListener('change', () => {
    areOn = toggle.checked;
    try { kept.keys = areOn ? 'on' : 'off'; } catch {}
  });
}
})();
