const headLength = 4_000;

/** The name that a text gives itself: `# ampora.name: edge` among the comments that it starts with. */
export function nameInText(text: string): string | undefined {
  const head = /^\uFEFF?(?:#.*(?:\r?\n|$))*/.exec(text.slice(0, headLength))?.[0] ?? '';
  return /^\uFEFF?#[ \t]*ampora\.name:[ \t]*(\S.*?)[ \t\r]*$/m.exec(head)?.[1];
}
