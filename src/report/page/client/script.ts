import type { PageElement, PageEvent, PageWindow } from './dom.ts';

/**
 * The script of the page: theme, sorting, what is beneath the pointer or the focus. It is put into the page as its
 * source text, so that it may use nothing from outside of itself.
 */
export function pageScript({ document, matchMedia }: PageWindow): void {
  const all = (selector: string, within: PageElement = document) =>
    Array.from(within.querySelectorAll(selector));

  /** Says something in the readout that is nearest above an element. */
  const say = (element: PageElement, text: string) => {
    for (let at: PageElement | null = element; at; at = at.parentElement) {
      for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
        if (before.dataset['readout'] === undefined) continue;
        before.textContent = text;
        return;
      }
    }
  };

  const told = ({ target }: PageEvent) => {
    const element = target?.closest?.('[data-about]');
    if (element) say(element, element.dataset['about'] ?? '');
  };
  document.addEventListener('pointerover', told);
  document.addEventListener('focusin', told);

  const theme = document.querySelector('[data-theme-switch]');
  if (theme) {
    theme.hidden = false;
    const dark = () => {
      const chosen = document.documentElement.dataset['theme'];
      return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
    };
    const show = () => {
      theme.setAttribute('aria-pressed', String(dark()));
    };
    theme.addEventListener('click', () => {
      document.documentElement.dataset['theme'] = dark() ? 'light' : 'dark';
      show();
    });
    show();
  }

  for (const button of all('[data-sort]')) {
    button.addEventListener('click', () => {
      const head = button.closest('th');
      const table = button.closest('table');
      const body = table?.querySelector('tbody');
      if (!head || !table || !body) return;
      const column = Number(button.dataset['sort']);
      const value = (row: PageElement) => row.children[column]?.dataset['value'] ?? '';
      const rows = Array.from(body.children);
      const numeric = rows.every((row) => value(row) !== '' && !Number.isNaN(Number(value(row))));
      // Numbers begin with the largest, but for the first column, which is the order of the network.
      const now = head.getAttribute('aria-sort');
      const first = numeric && column > 0 ? 'descending' : 'ascending';
      const second = first === 'ascending' ? 'descending' : 'ascending';
      const order = now === first ? second : first;
      const sign = order === 'ascending' ? 1 : -1;
      const compare = (a: string, b: string) =>
        numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
      rows.sort((a, b) => sign * compare(value(a), value(b)));
      for (const other of all('th[aria-sort]', table)) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', order);
      body.append(...rows);
    });
  }

  /** Of the rows of a table one takes the focus with Tab, the others with the arrow keys. */
  for (const body of all('table.layers tbody')) {
    body.addEventListener('keydown', (event) => {
      const row = event.target?.closest('tr');
      if (!row) return;
      const ends = Array.from(body.children);
      const next = {
        ArrowDown: row.nextElementSibling,
        ArrowUp: row.previousElementSibling,
        Home: ends[0] ?? null,
        End: ends.at(-1) ?? null,
      }[event.key];
      if (!next) return;
      event.preventDefault();
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }

  const grouped = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
  const readable = (bytes: number) => {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
  };

  for (const chart of all('[data-moments]')) {
    const { categories, moments } = JSON.parse(chart.dataset['moments'] ?? '') as {
      categories: string[];
      moments: [where: string, bytes: number, ...parts: number[]][];
    };
    const cursor = chart.querySelector('.cursor');
    const show = (i: number) => {
      const moment = moments[i];
      if (!moment) return;
      const [where, bytes, ...parts] = moment;
      const made = parts.flatMap((part, k) => (part > 0 ? [`${readable(part)} ${categories[k]}`] : []));
      const text = `${where}: ${readable(bytes)} (${grouped(bytes)} bytes) live afterwards: ${made.join(', ')}`;
      const at = String((1000 * (i + 0.5)) / moments.length);
      cursor?.setAttribute('x1', at);
      cursor?.setAttribute('x2', at);
      chart.setAttribute('aria-valuenow', String(i + 1));
      chart.setAttribute('aria-valuetext', text);
      say(chart, text);
    };
    const current = () => Number(chart.getAttribute('aria-valuenow')) - 1;
    chart.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = chart.getBoundingClientRect();
      const i = Math.floor(((clientX - left) / width) * moments.length);
      show(Math.min(Math.max(i, 0), moments.length - 1));
    });
    chart.addEventListener('focusin', () => show(current()));
    chart.addEventListener('keydown', (event) => {
      const last = moments.length - 1;
      const page = Math.ceil(moments.length / 10);
      const to = {
        ArrowRight: current() + 1,
        ArrowUp: current() + 1,
        ArrowLeft: current() - 1,
        ArrowDown: current() - 1,
        PageUp: current() + page,
        PageDown: current() - page,
        Home: 0,
        End: last,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      show(Math.min(Math.max(to, 0), last));
    });
  }
}
