import { writeEventFile } from '@ampora/replay';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { openSlice, type SliceOptions } from './open-slice.ts';

export interface ExportSliceOptions extends SliceOptions {
  readonly output: string;
}

/** Writes a slice, with what it stands on, to a file that `ampora replay --file` takes. */
export async function exportSlice({ call, url, options }: ApiCall<ExportSliceOptions>): Promise<void> {
  const { output } = options;
  const { events, from, to, isScrubbed } = await openSlice(call, url, options);
  const header = { scrubbed: isScrubbed, from: String(from), to: String(to) };
  try {
    const written = await writeEventFile(output, header, events);
    console.error(
      `${written} events, ${isScrubbed ? 'scrubbed' : 'as they are'}, in ${output}. Step through them with ampora replay --file ${output}.`,
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure(`${output} cannot be written (${code}).`, exitCodes.failed);
  }
}
