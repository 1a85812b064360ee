/** The cursor stays in a list whose rows move and go away while it is on one of them. */

/**
 * Keep the cursor on a row of this list as `rows` change: on its own, wherever that is put; on the one that came in its
 * place by `heir`; or else on the neighbour, unless Enter acts there at once (`aria-current`). Without it the next Enter
 * would be the open sheet's.
 *
 * Call it while a component is made. `list` needs `tabindex="-1"`: it takes the cursor where no row is left.
 */
export function keepCursor(
  list: string,
  rows: () => unknown,
  idOf: (row: HTMLElement) => string | undefined,
  heir: (id: string) => string | null | undefined = () => null,
): void {
  let last: { id: string | undefined; at: number } | null = null;
  const all = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`${list} [data-row]`)];

  $effect.pre(() => {
    void rows();
    const row = document.activeElement?.closest<HTMLElement>(`${list} [data-row]`);
    last = row ? { id: idOf(row), at: all().indexOf(row) } : null;
  });

  $effect(() => {
    void rows();
    if (!last || document.activeElement !== document.body) return;
    const now = all();
    const next = last.id === undefined ? null : heir(last.id);
    const own = now.find((row) => idOf(row) === last?.id) ?? now.find((row) => next && idOf(row) === next);
    const near = now[Math.min(last.at, now.length - 1)];
    const other = near?.ariaCurrent === "true" ? undefined : near;
    (own ?? other ?? document.querySelector<HTMLElement>(list))?.focus({ preventScroll: true });
  });
}
