export type Field = string | number | boolean;

/** RFC 4180: CRLF, and quotes around what holds a comma, a quote or a line end. */
export function csvText(records: readonly (readonly Field[])[]): string {
  const field = (value: Field) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return records.map((record) => `${record.map(field).join(',')}\r\n`).join('');
}
