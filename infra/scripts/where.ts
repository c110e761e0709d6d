// `npm run where <word>`: every place of one slice, in the order in which a change goes through the house.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rooms = [
  'packages/catalogue/src',
  'packages/domain/src',
  'packages/application/src',
  'projections/src',
  'packages/api-contract/src',
  'packages/api/src',
  'packages/opamp-edge/src',
  'web/src/lib',
  'web/src/routes',
  'packages/cli/src',
  'test',
];

const word = process.argv[2];
if (!word) {
  console.error('usage: npm run where <word>, such as: npm run where configuration');
  process.exit(2);
}
for (const room of rooms) {
  for (const entry of readdirSync(`${root}${room}`, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`.slice(root.length);
    if (entry.isFile() && !path.includes('node_modules') && path.slice(room.length).includes(word))
      console.log(path);
  }
}
