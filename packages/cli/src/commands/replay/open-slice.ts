import type { Client } from '@ampora/api-contract';
import {
  type EventSource,
  eventFileHeader,
  loadSlice,
  NotAnEventFile,
  scrubEvents,
  type Slice,
  SliceTooLarge,
} from '@ampora/replay';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { collect } from '../../output/all-pages.ts';
import { fileSource, serverSource } from './event-sources.ts';
import { type Bound, boundsOfFile, boundsOfServer } from './slice-bounds.ts';

export interface SliceOptions {
  readonly from?: Bound;
  readonly to?: Bound;
  readonly file?: string;
  readonly scrub?: boolean;
}

export interface OpenedSlice extends Slice {
  readonly isScrubbed: boolean;
}

/** Loads the slice that was asked for, from a file or from the server, scrubbed when that was asked for. */
export async function openSlice(call: Client, url: string, options: SliceOptions): Promise<OpenedSlice> {
  const { file, scrub = false } = options;
  const given = { from: options.from, to: options.to };
  try {
    const { slice, isScrubbed } =
      file === undefined
        ? { slice: await fromServer(call, url, given), isScrubbed: false }
        : await fromFile(file, given);
    if (slice.events.length === 0 || slice.from > slice.to)
      throw new CommandFailure('There is no event between these moments.', exitCodes.notFound);
    if (!scrub) return { ...slice, isScrubbed };
    return { ...slice, events: await collect(scrubEvents(() => slice.events)), isScrubbed: true };
  } catch (error) {
    if (error instanceof NotAnEventFile || error instanceof SliceTooLarge)
      throw new CommandFailure(`${file === undefined ? '' : `${file}: `}${error.message}`, exitCodes.failed);
    throw error;
  }
}

interface Given {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
}

async function fromServer(call: Client, url: string, given: Given): Promise<Slice> {
  const bounds = await boundsOfServer(call, given);
  const source = serverSource(url);
  const slice = await loadSlice(source, bounds);
  if ((slice.events.at(-1)?.position ?? 0n) >= bounds.to) return slice;
  // An export ends with what is sealed: what came since is sealed now, and then it is there.
  await call('sealNow', {});
  return loadSlice(source, bounds);
}

/** A file is loaded whole up to the slice's end: whoever made it chose what to put in. */
async function fromFile(
  path: string,
  given: Given,
): Promise<{ readonly slice: Slice; readonly isScrubbed: boolean }> {
  if (!existsSync(path)) throw new CommandFailure(`There is no file ${path}.`, exitCodes.notFound);
  const header = eventFileHeader(await firstLineOf(path));
  const source: EventSource = fileSource(path);
  const bounds = await boundsOfFile(source, {
    from: given.from ?? (header && { position: BigInt(header.from) }),
    to: given.to ?? (header && { position: BigInt(header.to) }),
  });
  const events = await collect(source.events({ until: bounds.to }));
  const prefix = (events[0]?.position ?? bounds.from) < bounds.from ? 'whole' : 'none';
  return { slice: { ...bounds, events, prefix }, isScrubbed: header?.scrubbed ?? false };
}

async function firstLineOf(path: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(path) });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}
