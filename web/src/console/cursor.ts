/** Whose the keys are: nothing that comes by itself takes the cursor from somebody who has put it somewhere. */

import { ui } from "../store/ui.svelte";

/** What may stand in the room of the main action, and hands the keys on when it goes. */
const MAIN_ROOM = "[data-sheet] footer";

export const isField = (one: EventTarget | null): one is HTMLInputElement | HTMLTextAreaElement =>
  one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement;

/** Somebody writes, or is about to, in a field that stays: the keys are that field's until they leave it. */
export function isWriting(): boolean {
  const here = document.activeElement;
  return isField(here) && here.isConnected && !here.closest(MAIN_ROOM);
}

/** Somebody asks the caller by the protocol. */
export const isAsking = (): boolean => document.activeElement?.closest(".triage") != null;

/** Esc outside a question that waits goes to it, before it may be left off. Gives true if there was one. */
export function goToPrompt(): boolean {
  const field = document.querySelector<HTMLElement>("[data-testid=prompt-input]");
  if (!ui.prompt || !field || field.closest(".prompt")?.contains(document.activeElement)) return false;
  field.focus();
  return true;
}
