/** True for `UTC`, `Local` and the names of the time zone database. */
export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'Local') return true;
  // Offsets such as +01:00 are zones to JavaScript and none to a Collector.
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
