const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\char34{}',
  "'": '\\char39{}',
  '`': '\\char96{}',
  '-': '{-}',
  '→': '$\\rightarrow$',
  '×': '$\\times$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  µ: '$\\mu$',
  '·': '$\\cdot$',
  '−': '$-$',
  '–': '--',
  '…': '\\dots{}',
};

/** One line of text as LaTeX prints it. Characters beyond ASCII that are no sign of ours need an engine for Unicode. */
export const escapeTex = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[\\{}$&#_%~^<>|"'`\-×→≥≤µ·−–…]/g, (character) => ESCAPES[character]!);
