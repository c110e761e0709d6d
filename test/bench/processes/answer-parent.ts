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

/** Processor time in microseconds since the process began, memory in bytes after a full collection. */
export interface Usage {
  readonly cpuMicros: number;
  readonly rss: number;
  /** JavaScript heap and the buffers outside it. */
  readonly heapAndExternal: number;
}

/** Runs in the child: answers the parent's requests, and ends when the parent is gone. */
export function answerParent(requests: Requests): void {
  if (!process.send) throw new Error('This program is started by a bench, not by hand');
  const all: Requests = { ...requests, usage, cpuMicros };
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

async function usage(): Promise<Usage> {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpuMicros: cpuMicros(), rss, heapAndExternal: heapUsed + external };
}
