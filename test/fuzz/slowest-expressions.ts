import { compileExpression, parseExpression, type ValueMap } from '@ampora/expression';

/*
 * node test/fuzz/slowest-expressions.ts
 *
 * What the steps of an evaluation cost at most: expressions made to be slow, on large values, each until its steps are
 * used up. Tells processor time of the first evaluation (automata are built in it) and of later ones. Ends with 1 when
 * one took more than 50 ms.
 */

let state = 7;
function coin(): boolean {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state & 65_536) !== 0;
}
const flips = (length: number): string => Array.from({ length }, () => (coin() ? 'a' : 'b')).join('');

const yaml: ValueMap = {
  numbers: Array.from({ length: 200_000 }, (_, index) => index),
  long: Array.from({ length: 400 }, () => flips(60_000)),
  middling: Array.from({ length: 5_000 }, () => flips(250)),
  short: Array.from({ length: 50_000 }, () => flips(30)),
  same: Array.from({ length: 5_000 }, () => `${'b'.repeat(60_000)}c`),
  keys: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index])),
};

const patterns = [
  '(a+)+$',
  '[ab]*a[ab]{14}$',
  '(a|b)*a(a|b){100}$',
  '[^c]*a[^c]{200}$',
  '(?i)(a|b)*A(a|b){14}\\b$',
  '(?s).*a.{15}$',
  '(([ab]{1,30}){1,30})[0-9]$',
  '((a|b)(a|b)){20}[^ab]',
  '(?:\\pL\\pM*)+$1',
];

const cases = [
  'all (config.yaml.numbers) where it >= 0',
  'all (config.yaml.numbers) where all (config.yaml.numbers) where it >= 0',
  'any (config.yaml.short) where any (config.yaml.short) as other where it = "q"',
  `any (config.yaml.same) where contains(it, "${'b'.repeat(511)}a")`,
  `any (config.yaml.same) where contains(it, "a${'b'.repeat(511)}")`,
  'any (config.yaml.same) where upper(lower(upper(it))) = "a"',
  'any (config.yaml.numbers) where len(config.yaml.keys) = 3',
  'any (config.yaml.numbers) where any (keys(config.yaml.keys)) where it = "zz"',
  'any (config.yaml.numbers) where not config.yaml.keys = config.yaml.keys',
  'any (config.yaml.numbers) where version-at-least("1.2.3", "1.2.4")',
  'any (config.yaml.numbers) where host("https://u@a:1/b") = "x" or duration("1h2m3s4ms") = 5s',
  `any (config.yaml.numbers) where ${'x.'.repeat(30)}x = 1`,
  ...['long', 'middling', 'short'].flatMap((list) =>
    patterns.map((pattern) => `any (config.yaml.${list}) where it matches '${pattern}'`),
  ),
];

let slowest = 0;
for (const text of cases) {
  const compiled = compileExpression(parseExpression(text).ast);
  const spent = Array.from({ length: 4 }, () => {
    const started = process.cpuUsage();
    const evaluation = compiled.evaluate({ roots: { config: { yaml } } });
    return {
      ms: process.cpuUsage(started).user / 1_000,
      end: evaluation.ok ? String(evaluation.value) : evaluation.code,
    };
  });
  const [first, ...later] = spent.map(({ ms }) => ms);
  slowest = Math.max(slowest, first ?? 0, ...later);
  console.log(
    `${(first ?? 0).toFixed(1).padStart(6)} ${Math.max(...later)
      .toFixed(1)
      .padStart(6)} ms  ${spent[0]?.end.padEnd(7)} ${text.slice(0, 100)}`,
  );
}
console.log(`slowest: ${slowest.toFixed(1)} ms`);
if (slowest > 50) process.exitCode = 1;
