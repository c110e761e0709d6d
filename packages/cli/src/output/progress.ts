import cliProgress from 'cli-progress';
import { spanText } from './time-text.ts';

/** Progress of long work, on stderr: a bar for people, a line now and then where nobody watches. */
export interface Progress {
  /** Done so far, of how many; `rate` per second and `etaMs` as the work itself knows them. */
  show(done: number, total: number, also?: { readonly rate?: number; readonly etaMs?: number | null }): void;
  stop(): void;
}

const plainEveryMs = 5_000;

export function createProgress(what: string): Progress {
  const clock = createClock();
  if (!process.stderr.isTTY) return plainProgress(what, clock);
  const bar = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {percentage}% | {value}/{total} | {rate}/s | ETA {left}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show(done, total, also = {}) {
      const text = clock(done, total, also);
      if (!isStarted) bar.start(total, done, text);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, text);
    },
    stop() {
      if (isStarted) bar.stop();
    },
  };
}

type Clock = ReturnType<typeof createClock>;

/** Rate and time left, from the first call on, unless the work knows better. */
function createClock() {
  const startedMs = performance.now();
  let first: number | undefined;
  return (done: number, total: number, also: { rate?: number; etaMs?: number | null }) => {
    first ??= done;
    const seconds = (performance.now() - startedMs) / 1000;
    const rate = also.rate ?? (seconds > 0 ? (done - first) / seconds : 0);
    const etaMs = also.etaMs ?? (rate > 0 ? ((total - done) / rate) * 1000 : undefined);
    return { rate: String(Math.round(rate)), left: etaMs === undefined ? '?' : spanText(etaMs) };
  };
}

function plainProgress(what: string, clock: Clock): Progress {
  let lastMs = performance.now();
  let last = '';
  const say = () => {
    if (last !== '') console.error(last);
    last = '';
    lastMs = performance.now();
  };
  return {
    show(done, total, also = {}) {
      const { rate, left } = clock(done, total, also);
      const share = total === 0 ? 100 : Math.floor((done / total) * 100);
      last = `${what} ${share}% ${done}/${total} ${rate}/s, ${left} left`;
      if (performance.now() - lastMs >= plainEveryMs) say();
    },
    stop: say,
  };
}
