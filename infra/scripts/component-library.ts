// `npm run component-library [release…]`: reads the components of each Collector release anew and writes down what they
// can be told. Needs Go; see infra/collector/README.md.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateRelease, knownReleases } from '../../test/interop/component-release.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const known = await knownReleases();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.filter((version) => !known.includes(version));
if (unknown.length > 0)
  throw new Error(
    `No manifest for ${unknown.join(', ')}: known are ${known.join(', ')} (infra/collector/wide).`,
  );
for (const version of wanted) {
  const { file, source } = await generateRelease(version, { log: console.log });
  const before = await readFile(root + file, 'utf8').catch(() => '');
  await writeFile(root + file, source);
  const size = `${(source.length / 1000).toFixed(0)} kB`;
  console.log(`${version}: ${before === source ? 'unchanged' : 'written'}, ${file}, ${size}`);
}
