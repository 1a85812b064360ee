/** Keep what the arrows stand on in sight. */

/** Scroll the node into view when it becomes the chosen one; `false` at first leaves the view as it opens. */
export function keepInView(node: HTMLElement, isOn: boolean) {
  const show = (on: boolean): void => {
    if (on) node.scrollIntoView({ block: "nearest" });
  };
  show(isOn);
  return { update: show };
}
