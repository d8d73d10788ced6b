/** The text with control characters made visible, so that a file's contents cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16).padStart(4, '0');
    return `\\u{${code}}`;
  });
}
