/** The keyboard's place on the page: when what had it goes away, the nearest thing that is still there gets it. */

const TABBABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex]";

/** What had the keyboard last, and where it goes without it, the best first. */
let next: HTMLElement[] = [];
/** What had the keyboard before it went into what lies over the map; null: nothing had it. */
let opener: HTMLElement | null = null;

function remember(on: HTMLElement, before: HTMLElement | null): void {
  const over = on.closest(".over");
  if (over && !over.contains(next[0] ?? null)) opener = before;
  const all = [...document.querySelectorAll<HTMLElement>(TABBABLE)].filter((one) => isNear(one, on));
  const at = all.indexOf(on);
  const near = [...all.slice(at + 1), ...all.slice(0, at).reverse()];
  const within = over ? near.filter((one) => over.contains(one)) : [];
  next = over ? [on, ...within, ...(opener ? [opener] : [])] : [on, ...near];
}

/** What Tab leads to, and the rows of the same list, of which Tab leads to one only. */
const isNear = (one: HTMLElement, on: HTMLElement): boolean =>
  one.tabIndex >= 0 || one === on || (one.parentElement === on.parentElement && one.matches("li"));

/** Not when somebody left it on purpose: then what had it is still there. */
function recover(): void {
  if (document.activeElement !== document.body || !next[0] || next[0].isConnected) return;
  next.find((one) => one.isConnected && one.checkVisibility() && !one.matches(":disabled"))?.focus();
}

/** Watch over a part of the page; returns how to stop. */
export function keepPlace(node: HTMLElement): () => void {
  const onfocusin = (event: FocusEvent): void =>
    remember(event.target as HTMLElement, event.relatedTarget as HTMLElement | null);
  const observer = new MutationObserver(recover);
  node.addEventListener("focusin", onfocusin);
  observer.observe(node, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    node.removeEventListener("focusin", onfocusin);
    next = [];
    opener = null;
  };
}
