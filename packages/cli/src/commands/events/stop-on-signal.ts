/** The first Ctrl-C ends in good order; the second one is the shell's. */
export function stopOnSignal(): AbortController {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop;
}
