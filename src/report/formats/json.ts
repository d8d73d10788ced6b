/** Indented, with lists of numbers on one line. No string can hold the raw line feed that the pattern needs. */
export const jsonText = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(
    /\[\n\s+(-?\d[-\d,\s]*?)\n\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  )}\n`;
