/** Hands a text to the person as a file. */
export function saveText(text: string, type: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the text over by then.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}
