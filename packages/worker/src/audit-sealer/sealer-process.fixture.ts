import { openSealing } from '../sealing.spec.ts';

// Seals as fast as it can until it is killed.
const sealing = openSealing(process.argv[2] ?? '');
sealing.sealerWith({ intervalMs: 1, pollMs: 1 }).start();
process.stdout.write('sealing\n');
