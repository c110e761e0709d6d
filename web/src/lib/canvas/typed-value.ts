import type { SettingsType } from '@ampora/component-library';

/** What a person has typed, as the setting's type has it. Words that stand for others (`${env:X}`) stay words. */
export function typedValue(type: SettingsType, typed: string): string | number | boolean {
  const isNumber = type === 'int' || type === 'uint' || type === 'float' || type === 'any';
  if (isNumber && /^-?\d+(\.\d+)?$/.test(typed) && Number.isSafeInteger(Math.trunc(Number(typed))))
    return Number(typed);
  if ((type === 'bool' || type === 'any') && (typed === 'true' || typed === 'false')) return typed === 'true';
  return typed;
}

/** Why a word cannot be right for a type; null when it may be. */
export function complaintAbout(type: SettingsType, typed: string): string | null {
  // What is filled in on the agent's host is judged there.
  if (typed.includes('${')) return null;
  if (type === 'duration' && !/^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$/.test(typed))
    return 'A duration is a number with a unit: 500ms, 5s, 1m30s.';
  if (type === 'int' && !/^-?\d+$/.test(typed)) return 'A whole number is expected.';
  if (type === 'uint' && !/^\d+$/.test(typed)) return 'A whole number that is not negative is expected.';
  if (type === 'float' && !/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(typed)) return 'A number is expected.';
  return null;
}
