'use strict';
(function () {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const light = ['#0b62c4', '#b35900', '#1a7f4b', '#b3261e', '#7b4bc4', '#8a6d00', '#0e7f8c', '#6e7781'];
  const night = ['#6cb2ff', '#ffad5c', '#5fd38d', '#ff8f86', '#c3a0ff', '#e3c84a', '#5fd0dc', '#a3abb5'];
  const drawn = [];

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [text, faint, line] = [colour('--text'), colour('--faint'), colour('--line')];
    const wide = document.body.clientWidth > 700;
    const range = dark.matches ? night : light;
    const heat = dark.matches ? ['#2f6096', '#a5d2ff'] : ['#94c0ee', '#083a72'];
    return {
      background: null, font: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif', aria: false,
      view: { stroke: null },
      axis: { labelColor: text, titleColor: faint, domainColor: line, gridColor: line, tickColor: line, labelFontSize: 12,
        titleFontSize: 12, titleFontWeight: 'normal', labelPadding: 5, labelLimit: wide ? 220 : 120 },
      legend: { labelColor: text, titleColor: faint, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal',
        columns: wide ? 4 : 2, labelLimit: wide ? 220 : 120 },
      mark: { color: range[0] }, text: { color: text, fontSize: 12 }, rule: { color: faint }, tick: { color: colour('--back') },
      geoshape: { fill: colour('--land'), stroke: colour('--back'), strokeWidth: 0.5 },
      range: { category: range, heatmap: heat, ramp: heat },
    };
  }

  async function draw(script) {
    const place = document.getElementById(script.dataset.chart + '-chart');
    const spec = { ...JSON.parse(script.textContent), config: theme() };
    place.hidden = false;
    if (spec.projection) { spec.height = Math.round(Math.min(460, place.clientWidth * 0.45)); }
    const view = new vega.View(vega.parse(vegaLite.compile(spec).spec, null, { ast: true }), {
      expr: vega.expressionInterpreter, renderer: 'svg', container: place, hover: false,
    });
    drawn.push(view);
    await view.runAsync();
    place.querySelector('svg').setAttribute('aria-hidden', 'true');
  }

  async function drawAll() {
    while (drawn.length) { drawn.pop().finalize(); }
    for (const script of document.querySelectorAll('script.spec')) {
      const place = document.getElementById(script.dataset.chart + '-chart');
      place.replaceChildren();
      try {
        await draw(script);
      } catch (error) {
        place.hidden = true;
        console.error(error);
      }
    }
    document.documentElement.dataset.drawn = 'yes';
  }

  for (const details of document.querySelectorAll('details.behind')) { details.open = false; }
  dark.addEventListener('change', drawAll);
  drawAll();
})();
