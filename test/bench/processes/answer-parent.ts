/** What a bench process can be asked for: by name, with one argument that structured cloning can carry. */
export type Requests = Readonly<Record<string, (input: never) => unknown>>;

export interface Asked {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export interface Answered {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Processor time in microseconds since the process began, memory in bytes. */
export interface Usage {
  readonly cpuMicros: number;
  /** Resident, before and after everything that can be freed was freed and given back. */
  readonly rssAsItWas: number;
  readonly rss: number;
  /** JavaScript heap and the buffers outside it, after. */
  readonly heapAndExternal: number;
}

/** Runs in the child: answers the parent's requests, and ends when the parent is gone. */
export function answerParent(requests: Requests): void {
  if (!process.send) throw new Error('This program is started by a bench, not by hand');
  const all: Requests = { ...requests, usage, cpuMicros, peakRss };
  process.on('message', (asked: Asked) => {
    void answer(all, asked).then((answered) => process.send?.(answered));
  });
  process.on('disconnect', () => process.exit(0));
}

async function answer(requests: Requests, { id, name, input }: Asked): Promise<Answered> {
  try {
    const request = requests[name];
    if (!request) throw new Error(`Nothing here is called ${name}`);
    return { id, value: await request(input as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Most memory that this process has held, in bytes. */
function peakRss(): number {
  return process.resourceUsage().maxRSS * 1_024;
}

/**
 * An ordinary collection keeps the pages of the heap that it empties, which says more about the busiest moment than
 * about what is held: the last resort gives them back.
 */
type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

async function usage(): Promise<Usage> {
  const { rss: rssAsItWas } = process.memoryUsage();
  const collect = globalThis.gc as unknown as Collect | undefined;
  for (let pass = 0; pass < 3; pass++) {
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMicros: cpuMicros(), rssAsItWas, rss, heapAndExternal: heapUsed + external };
}
