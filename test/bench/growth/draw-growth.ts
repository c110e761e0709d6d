import type { GrowthPoint } from './measure-growth.ts';

interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly of: (point: GrowthPoint) => number;
}

interface Panel {
  readonly title: string;
  readonly note: string;
  readonly curves: readonly Curve[];
}

const blue = '#2f6fde';
const green = '#1c8a5a';
const amber = '#b26a00';
const violet = '#7a4fd0';

const panels: readonly Panel[] = [
  {
    title: 'Events per second',
    note: 'flat: the cost of an event does not grow with the log',
    curves: [
      { label: 'append', colour: blue, of: ({ append }) => append.perSecond },
      { label: 'rebuild', colour: green, of: ({ rebuild }) => rebuild.perSecond },
      { label: 'seal', colour: violet, of: ({ seal }) => seal.perSecond },
      { label: 'export', colour: amber, of: (point) => point.export.perSecond },
    ],
  },
  {
    title: 'Processor time, µs per event (Node and PostgreSQL)',
    note: 'what another program on the machine hardly changes',
    curves: [
      { label: 'append', colour: blue, of: ({ append }) => append.nodeMicros + append.postgresMicros },
      { label: 'rebuild', colour: green, of: ({ rebuild }) => rebuild.nodeMicros + rebuild.postgresMicros },
      { label: 'seal', colour: violet, of: ({ seal }) => seal.nodeMicros + seal.postgresMicros },
      {
        label: 'export',
        colour: amber,
        of: (point) => point.export.nodeMicros + point.export.postgresMicros,
      },
    ],
  },
  {
    title: 'Most memory of the process, MiB',
    note: 'a rebuild keeps the rows it works on, up to a limit; an export keeps none',
    curves: [
      { label: 'rebuild', colour: green, of: ({ rebuild }) => rebuild.peakMib },
      { label: 'seal', colour: violet, of: ({ seal }) => seal.peakMib },
      { label: 'export', colour: amber, of: (point) => point.export.peakMib },
    ],
  },
  {
    title: 'A look into the past, median ms',
    note: 'at moments all over the log; up to 20,000 agents',
    curves: [
      { label: 'one agent', colour: blue, of: ({ agentAsOfMs }) => agentAsOfMs },
      { label: '50 by name', colour: green, of: ({ pageAsOfMs }) => pageAsOfMs },
    ],
  },
];

const width = 560;
const height = 290;
const frame = { left: 78, right: 150, top: 52, bottom: 36 };

function drawPanel({ title, note, curves }: Panel, points: readonly GrowthPoint[]): string {
  const values = curves.flatMap(({ of }) => points.map(of));
  const decades = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  const [low = 0, high = 1] = decades[0] === decades[1] ? [decades[0] ?? 0, (decades[1] ?? 0) + 1] : decades;
  const [first, last] = [Math.log10(points[0]?.events ?? 1), Math.log10(points.at(-1)?.events ?? 10)];
  const across = (events: number): number =>
    frame.left + ((Math.log10(events) - first) / (last - first || 1)) * (width - frame.left - frame.right);
  const up = (value: number): number =>
    height - frame.bottom - ((Math.log10(value) - low) / (high - low)) * (height - frame.top - frame.bottom);
  const rules = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)).map(
    (value) =>
      `<line x1="${frame.left}" x2="${width - frame.right}" y1="${up(value).toFixed(1)}" y2="${up(value).toFixed(1)}" stroke="#dde2ea"/>` +
      `<text x="${frame.left - 6}" y="${(up(value) + 4).toFixed(1)}" text-anchor="end" fill="#5b6575">${value.toLocaleString('en-US')}</text>`,
  );
  const ticks = points.map(
    ({ events }) =>
      `<text x="${across(events).toFixed(1)}" y="${height - frame.bottom + 18}" text-anchor="middle" fill="#5b6575">${exponent(events)}</text>`,
  );
  const labels = spread(
    curves.map((curve) => ({ curve, y: up(curve.of(points.at(-1) as GrowthPoint)) })),
  ).map(
    ({ curve, y }) =>
      `<text x="${width - frame.right + 10}" y="${(y + 4).toFixed(1)}" fill="${curve.colour}">${curve.label} ${readable(curve.of(points.at(-1) as GrowthPoint))}</text>`,
  );
  const lines = curves.map(({ colour, of }) => {
    const places = points.map((point) => `${across(point.events).toFixed(1)},${up(of(point)).toFixed(1)}`);
    const dots = points.map(
      (point) =>
        `<circle cx="${across(point.events).toFixed(1)}" cy="${up(of(point)).toFixed(1)}" r="3.2" fill="${colour}"><title>${exponent(point.events)} events: ${readable(of(point))}</title></circle>`,
    );
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  return [
    `<text x="${frame.left - 60}" y="20" font-size="14" font-weight="600" fill="#1d2430">${title}</text>`,
    `<text x="${frame.left - 60}" y="37" fill="#5b6575">${note}</text>`,
    ...rules,
    ...ticks,
    ...lines,
    ...labels,
  ].join('\n');
}

/** Labels at the ends of curves, moved apart where they would cover each other. */
function spread(labels: { readonly curve: Curve; readonly y: number }[]): { curve: Curve; y: number }[] {
  const placed: { curve: Curve; y: number }[] = [];
  for (const label of labels.toSorted((left, right) => left.y - right.y)) {
    const above = placed.at(-1)?.y ?? Number.NEGATIVE_INFINITY;
    placed.push({ curve: label.curve, y: Math.max(label.y, above + 15) });
  }
  return placed;
}

function exponent(events: number): string {
  return `10${[...String(Math.round(Math.log10(events)))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

function readable(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(2);
}

/** A picture of how cost grows with the log: four panels, both axes logarithmic. */
export function drawGrowth(points: readonly GrowthPoint[], machine: string): string {
  const placed = panels.map((panel, index) => {
    const [x, y] = [(index % 2) * width, 40 + Math.floor(index / 2) * height];
    return `<g transform="translate(${x},${y})">${drawPanel(panel, points)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * 2} ${height * 2 + 50}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="18" y="26" font-size="13" fill="#5b6575">Events in the log, ${machine}</text>
${placed.join('\n')}
</svg>
`;
}
