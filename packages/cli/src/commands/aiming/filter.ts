import { InvalidArgumentError } from 'commander';

/** Query of `GET /api/agents`, as given on a command line. */
export type Filter = Readonly<Record<string, string>>;

/** `--filter driftState=rejected`; a key given twice means either. */
export function toFilter(text: string, before: Filter = {}): Filter {
  const end = text.indexOf('=');
  if (end < 1) throw new InvalidArgumentError('It is key=value, such as driftState=rejected.');
  const key = text.slice(0, end);
  const value = text.slice(end + 1);
  const known = before[key];
  return { ...before, [key]: known === undefined ? value : `${known},${value}` };
}
