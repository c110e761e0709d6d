/** An option of a command with its value; true is a flag, absent and empty values are left out. */
export type CommandOption = readonly [
  flag: `--${string}`,
  value: string | readonly string[] | boolean | null | undefined,
];

const defaultServer = 'http://localhost:8080';

/** A command of the command line as one types it, for the server at this address and this moment (null is now). */
export interface Command {
  readonly words: readonly string[];
  readonly options: readonly CommandOption[];
  readonly at: string | null;
}

/** The line to paste into a shell. */
export function commandLine(command: Command, server: string): string {
  const options: readonly CommandOption[] = [
    ...command.options,
    ['--at', command.at],
    ['--url', server === defaultServer ? null : server],
  ];
  const written = options.flatMap(([flag, value]) => {
    if (value === true) return [flag];
    if (value === false || value == null) return [];
    const text = typeof value === 'string' ? value : value.join(',');
    if (text === '') return [];
    // A value that begins with a dash would be read as another option.
    return text.startsWith('-') ? [`${flag}=${quoted(text)}`] : [flag, quoted(text)];
  });
  return ['ampora', ...command.words.map(quoted), ...written].join(' ');
}

/** As a POSIX shell takes it literally. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
