import {
  checkExpression,
  completeExpression,
  type ContextName,
  type EvaluationContext,
  evaluate,
  parseExpression,
  printExpression,
  selectorContext,
} from '@ampora/expression';

/*
 * node test/fuzz/fuzz-expressions.ts [cases] [seed]
 *
 * Gives the expression language random bytes, soups of its own words, and expressions with something broken in them.
 * Nothing may throw, no place may lie outside the text, what is read must print and read again, and no step may be
 * taken beyond the budget. Tells the slowest case of each kind. Ends with 1 when something is wrong.
 */

const [cases = 100_000, seed = 1] = process.argv.slice(2).map(Number);

let state = seed >>> 0;
function random(below: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;

const words =
  `or and not in matches has-key any all where as true false null = != < <= > >= ( ) [ ] , . 60s 1m30s 5 -3 2.5 1e9 "x" "" 'a\\d' "(a+)+$" ^ # \\ " ' it agent.description agent.capabilities capability config.exporters config.pipelines config.yaml props type service.name env tenant len( lower( regex( contains( version-at-least( coalesce( keys( __proto__ constructor length 0 \u0000 \u2028 é 🙂 \ud800`.split(
    ' ',
  );

const whole = [
  'service.name = "x" and env in ("a", "b")',
  'not (capability matches "Own") or has-key "a b"',
  'all (config.exporters) where not props.tls.insecure = true or host(props.endpoint) in ("localhost", "127.0.0.1")',
  'all (config.receivers) where type != "hostmetrics" or props.collection_interval <= 60s',
  'any (config.pipelines) as p where all (config.exporters) as e where e.alias in (p.exporters) and len(p.receivers) > 0',
  'agent.description["service.version"] != null and version-at-least(service.version, "0.100.0")',
  "host.name matches '^(web|db)-[0-9]{1,4}$' or number(cores) >= 8.5 or duration(ttl) < 1m30s",
  'config.yaml.service.telemetry.resource["service.namespace"] has-key x.y and coalesce(a, b, "c") = config.yaml.list[3]',
];

const kinds: Readonly<Record<string, () => string>> = {
  bytes: () =>
    Buffer.from(Array.from({ length: random(120) }, () => random(256))).toString(pick(['utf8', 'latin1'])),
  soup: () => Array.from({ length: random(60) }, () => pick(words)).join(pick(['', ' ', ' ', '\n'])),
  broken: () => {
    let text = pick(whole);
    for (let times = 1 + random(4); times > 0; times -= 1) {
      const [at, length] = [random(text.length + 1), random(12)];
      const parts = [
        text.slice(at, at + length),
        '',
        pick(words),
        pick(words),
        pick(whole).slice(0, random(40)),
      ];
      text = `${text.slice(0, at)}${pick(parts)}${text.slice(random(2) === 0 ? at : at + length)}`;
    }
    return text;
  },
  nested: () => {
    const [open, close] = pick([
      ['(', ')'],
      ['not ', ''],
      ['any (x) where ', ''],
      ['len(', ')'],
      ['a in (', ')'],
      ['(a and ', ')'],
      ['a[', ']'],
      ['x.', ''],
    ] as const);
    const depth = random(40) === 0 ? 3_000 : random(90);
    return `${open.repeat(depth)}${pick(['a', 'true', '', '"'])}${close.repeat(random(3) === 0 ? random(depth + 1) : depth)}`;
  },
  large: () =>
    pick(['(', '"', 'a ', '€', "x matches 'a{900}' or ", '1a', '\n', '-', 'a.', '"\\']).repeat(
      random(50) === 0 ? 500_000 : 900,
    ),
};

const names: readonly ContextName[] = ['selector', 'lint', 'policy'];
const contexts: readonly EvaluationContext[] = [
  selectorContext({
    labels: {
      'service.name': 'x',
      env: 'a',
      cores: '9',
      ttl: '30s',
      'service.version': 'v0.150.0',
      a: 'a'.repeat(200),
    },
    capabilities: ['AcceptsRemoteConfig'],
    group: null,
    tenant: 'default',
  }),
  {
    roots: {
      config: {
        yaml: {
          service: { telemetry: { resource: { 'service.namespace': 'x' } } },
          list: [1, [2], { a: null }],
        },
        exporters: [{ alias: 'otlp', type: 'otlp', props: { endpoint: 'b:1', tls: { insecure: true } } }],
        receivers: [{ alias: 'hostmetrics', type: 'hostmetrics', props: { collection_interval: '90s' } }],
        pipelines: { traces: { id: 'traces', receivers: ['otlp'], exporters: ['otlp'] } },
      },
    },
  },
];

function insist(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

function examine(text: string): void {
  const parsed = parseExpression(text);
  for (const name of names) {
    const checked = checkExpression(text, name);
    for (const { from, to, line, column } of checked.problems)
      insist(
        from >= 0 && from <= text.length && to >= from && line > 0 && column > 0,
        'a place outside the text',
      );
    insist(checked.problems.length <= 20, 'more than twenty problems');
    insist(parsed.ok || !checked.ok, 'checked well what cannot be read');
    const { from, to, options } = completeExpression(text, random(text.length + 2), name, {
      labelKeys: ['env', 'a b'],
    });
    insist(
      from >= 0 && to >= from && to <= text.length && options.length <= 50,
      'a completion outside the text',
    );
  }
  if (parsed.ok) {
    const printed = printExpression(parsed.ast);
    const again = parseExpression(printed);
    if (printed.length <= 10_000)
      insist(again.ok && printExpression(again.ast) === printed, `does not read what it prints: ${printed}`);
  }
  for (const context of contexts) {
    const steps = random(2) === 0 ? 100_000 : random(60);
    const evaluation = evaluate(parsed.ast, context, { steps });
    insist(!evaluation.ok || evaluation.steps <= steps, 'more steps than allowed');
    insist(evaluation.ok ? parsed.ok : true, 'evaluated what has errors');
    insist(
      evaluation.ok || evaluation.code !== 'internal',
      `broke off: ${evaluation.ok ? '' : evaluation.reason}`,
    );
  }
}

let readable = 0;
const slowest = new Map<string, { ms: number; text: string }>();
const all = Object.entries(kinds);
for (let count = 0; count < cases; count += 1) {
  const [kind, make] = all[
    count % 10 < 3 ? 1 : count % 10 < 8 ? 2 : count % 10 === 8 ? 0 : 3 + (random(8) === 0 ? 1 : 0)
  ] as (typeof all)[number];
  const text = make();
  const started = process.cpuUsage();
  try {
    examine(text);
  } catch (error) {
    console.log(
      `case ${count}, seed ${seed}, ${kind}: ${error instanceof Error ? error.stack : String(error)}\n${JSON.stringify(text.slice(0, 2_000))}`,
    );
    process.exitCode = 1;
    break;
  }
  const ms = process.cpuUsage(started).user / 1_000;
  if (ms > (slowest.get(kind)?.ms ?? 0)) slowest.set(kind, { ms, text });
  if (parseExpression(text).ok) readable += 1;
}

console.log(`${cases} cases, seed ${seed}: ${readable} were expressions`);
for (const [kind, { ms, text }] of slowest)
  console.log(`slowest ${kind}: ${ms.toFixed(1)} ms of processor time, ${text.length} characters`);
