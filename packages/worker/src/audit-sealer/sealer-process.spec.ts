import { openSealing } from '../sealing.spec.ts';

// Seals as fast as it can until it is killed.
const sealing = openSealing(process.argv[2] ?? '');
const onSealed = (): void => void process.stdout.write('sealed\n');
sealing.sealerWith({ intervalMs: 1, pollMs: 1, tryEveryMs: 20, onSealed }).start();
