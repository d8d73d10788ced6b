export const pages: readonly string[];
export function fences(page: string): { language: string; shown: string; text: string }[];
export function filled(page: string): string;
