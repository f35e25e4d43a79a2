// Dragging over the bars fills in the form below them and sends it.
'use strict';
(() => {
  let drag = null; // the drawing, where it began, and the bars under it
  let dragged = false; // a click that ends a drag follows no link

  const at = e => {
    const box = drag.svg.getBoundingClientRect();
    return (e.clientX - box.left) / box.width * drag.svg.viewBox.baseVal.width;
  };

  const mark = e => {
    const to = at(e), first = Math.min(drag.from, to), last = Math.max(drag.from, to);
    drag.bars = [...drag.svg.querySelectorAll('[data-date]')].filter(bar => {
      const { x, width } = bar.querySelector('.reach');
      const taken = x.baseVal.value < last && x.baseVal.value + width.baseVal.value > first;
      bar.classList.toggle('taken', taken);
      return taken;
    });
  };

  const end = () => {
    drag?.bars?.forEach(bar => bar.classList.remove('taken'));
    drag = null;
  };

  addEventListener('pointerdown', e => {
    const svg = e.target.closest?.('.chart svg');
    if (!svg || e.button || !e.isPrimary) return;
    drag = { svg, x: e.clientX };
    drag.from = at(e);
  });
  addEventListener('pointermove', e => {
    if (!drag || !drag.bars && Math.abs(e.clientX - drag.x) < 6) return;
    if (!drag.bars) drag.svg.setPointerCapture(e.pointerId);
    mark(e);
  });
  addEventListener('pointerup', () => {
    const { svg, bars } = drag || {};
    end();
    if (!bars?.length) return;
    dragged = true;
    setTimeout(() => { dragged = false; });
    const form = svg.closest('.chart').querySelector('form');
    const [from, to] = form.querySelectorAll('input[type=text]');
    from.value = bars[0].dataset.date;
    to.value = bars.at(-1).dataset.date;
    form.requestSubmit();
  });
  addEventListener('click', e => { if (dragged) e.preventDefault(); }, true);
  addEventListener('pointercancel', end);
  addEventListener('keydown', e => { if (e.key === 'Escape') end(); });
  addEventListener('dragstart', e => { if (drag) e.preventDefault(); });
})();
