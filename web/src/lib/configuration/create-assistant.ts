import type { Assistant } from '#lib/code/assistant.ts';
import type { TextReader } from './text-reader.ts';
import { mostCheckedLive } from './text-size.ts';

/** Asks the text worker, which knows the components of the release. What cannot be answered is left out. */
export function createAssistant(reader: TextReader, release: () => string): Assistant {
  return {
    async suggest({ text, place, line }) {
      const whole = text();
      if (whole.length > mostCheckedLive) return [];
      const asked = { text: whole, release: release(), line, path: place.path, role: place.role };
      return reader.ask('suggest', asked).catch(() => []);
    },
    async describe({ place }) {
      if (place.path.length < 2) return null;
      return reader.ask('describe', { release: release(), path: place.path }).catch(() => null);
    },
  };
}
