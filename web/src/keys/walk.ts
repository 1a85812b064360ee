/** Up and down among the things of one part of the page. */

/** Move the focus to the next one of these in the part that the key was pressed in; true when the key was an arrow. */
export function walk(event: KeyboardEvent, things: string): boolean {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(things)];
  const here = all.indexOf(event.target as HTMLElement);
  all[Math.max(0, Math.min(all.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  event.preventDefault();
  event.stopPropagation();
  return true;
}
