import type { Content } from '../sheet/report.ts';
import { csv } from './csv.ts';
import type { ReportFormat } from './format.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';
import { table } from './table.ts';

/** Every format of reports, one file each; the first is written unless another one is asked for. */
const all = [table, json, junit, github, markdown, latex, csv] as const;

export type FormatName = (typeof all)[number]['name'];

type NamedFormat = ReportFormat & { readonly name: FormatName };

export const reportFormats: readonly NamedFormat[] = all;

export const defaultFormat: NamedFormat = all[0];

/** What a format reads, and where it is read. */
export const formatNamed = (name: FormatName): NamedFormat =>
  reportFormats.find((format) => format.name === name)!;

/** The formats in which a report with these contents can be written. */
export const formatsOf = (contents: readonly Content[]): readonly NamedFormat[] =>
  reportFormats.filter(({ reads }) => contents.includes(reads));
