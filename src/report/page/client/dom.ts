/** What the page's script uses of a browser; the rest of the program knows nothing of one. */
export interface PageElement {
  readonly dataset: Record<string, string | undefined>;
  textContent: string | null;
  readonly parentElement: PageElement | null;
  readonly nextElementSibling: PageElement | null;
  readonly previousElementSibling: PageElement | null;
  readonly children: ArrayLike<PageElement>;
  hidden: boolean;
  tabIndex: number;
  closest(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  append(...elements: PageElement[]): void;
  focus(): void;
  getBoundingClientRect(): { readonly left: number; readonly width: number };
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

export interface PageEvent {
  readonly target: PageElement | null;
  readonly clientX: number;
  readonly key: string;
  preventDefault(): void;
}

export interface PageWindow {
  readonly document: PageElement & { readonly documentElement: PageElement };
  matchMedia(query: string): { readonly matches: boolean };
}
