// Keys for the hits of an article and for its neighbours among the results, which
// script.js reads. Without it the same links are there.
(() => {
'use strict';

const one = s => document.querySelector(s);
const bar = one('.walk');

// hit returns the number of the hit that the address names, else nothing.
const hit = () => (/^#h-(\d+)$/.exec(location.hash) || [])[1];

// way returns the link to the hit behind or before the one that was gone to last. Behind
// the last comes the first.
function way(rel) {
  return hit() && one(`.step[data-hit="${hit()}"] [rel=${rel}]`) || one(`.walk [rel=${rel}]`);
}

// walk goes to a hit, and leaves the way back to the results short.
function walk(rel) {
  const link = bar && way(rel);
  if (link) location.replace(link.href);
}

// arrive tells which hit it is, or goes to the part in which a paragraph is.
function arrive() {
  if (bar && hit()) one('#walked').textContent = 'hit ' + hit() + ' of ' + bar.dataset.hits;
  const [, p] = /^#p-(\d+)$/.exec(location.hash) || [];
  if (!p || document.getElementById('p-' + p)) return;
  for (const part of document.querySelectorAll('.parts [data-first]')) {
    if (+part.dataset.first <= p && p <= +part.dataset.last) return location.replace(part.href + location.hash);
  }
}

addEventListener('hashchange', arrive);
arrive();
bar?.addEventListener('click', e => {
  const link = e.target.closest('a');
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  walk(link.rel);
});

Object.assign(document.keys, {
  'n': () => walk('next'),
  'p': () => walk('prev'),
  'j': () => one('.opened [rel=next]')?.click(),
  'k': () => one('.opened [rel=prev]')?.click(),
});
})();
