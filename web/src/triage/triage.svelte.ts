/** The questions of one call at a time: answers as given here, what they mean, which step of which instruction is told. */

import { getPersonal } from "../api/commands";
import * as api from "../api/triage";
import { sayError } from "../i18n/refusals";
import type { Assessment, Call, Instruction, Protocol } from "../api/types";

class Triage {
  protocol = $state.raw<Protocol | null>(null);
  /** The call that is being asked about, with the panel in use. */
  callId = $state<string | null>(null);
  found = $state.raw<Assessment | null>(null);
  /** What stood in the way of the last answer. */
  problem = $state<string | null>(null);
  /** Which instruction somebody chose to see. */
  shown = $state<string | null>(null);
  /** Instructions told to their end that others only wait for. */
  private done = $state.raw<readonly string[]>([]);
  /** By call; they are on no feed and in no event. */
  private readonly given = new Map<string, api.Answers>();
  private order: string[] = [];
  /** The question whose answer is on its way: a second press is the same answer, not the next one's. */
  private pending: string | null = null;

  async load(): Promise<void> {
    try {
      this.protocol = await api.getProtocol();
    } catch {
      // without it the desk asks as it did before; the next snapshot tries again
    }
  }

  /** Begin with a call, or go on with it. What another screen asked is read from the personal store, which is logged. */
  async open(call: Call): Promise<void> {
    this.callId = call.id;
    this.found = this.problem = this.shown = null;
    this.done = [];
    this.order = [];
    if (!this.protocol) await this.load();
    await this.work(call.id, async () => {
      const answers = this.given.get(call.id) ?? (await this.known(call));
      if (call.complaint || call.words_token) answers["what"] ??= "told";
      this.given.set(call.id, answers);
      const found = await api.assess(call.id, answers);
      if (this.callId === call.id) this.found = found;
    });
  }

  close(): void {
    this.callId = null;
  }

  async answer(question: string, value: string | number): Promise<void> {
    const id = this.callId;
    if (!id || this.pending) return;
    this.pending = question;
    const answers = { ...this.given.get(id), [question]: value };
    if (await this.put(id, answers)) this.order.push(question);
    this.pending = null;
  }

  /** What it is about, by a person's word: the questions are that chapter's from here on. */
  async choose(call: Call, chapter: string): Promise<void> {
    const complaints = this.protocol?.chapters[chapter]?.complaints ?? [];
    const [complaint] = complaints.includes(call.complaint ?? "") ? [] : complaints;
    const answers: api.Answers = { ...this.given.get(call.id), what: "told" };
    await this.put(call.id, answers, { chapter, ...(complaint ? { complaint } : {}) });
  }

  /** Take the last answer back and ask it again. */
  async back(): Promise<void> {
    const [id, last] = [this.callId, this.order.at(-1)];
    if (!id || !last || this.pending) return;
    this.pending = last;
    const answers = { ...this.given.get(id) };
    delete answers[last];
    if (await this.put(id, answers)) this.order.pop();
    this.pending = null;
  }

  async tell(instruction: Instruction, step: string): Promise<void> {
    const id = this.callId;
    if (id) await this.work(id, () => api.tellStep(id, instruction.id, step));
  }

  /** Nobody waits for this one any more: the next is shown, also one that an answer on its way puts before the others. */
  finish(instruction: Instruction): void {
    this.done = [...this.done, instruction.id];
    this.shown = null;
  }

  /** Which instruction is shown; the first that is not done until somebody chooses. */
  get instruction(): Instruction | null {
    const listed = this.found?.instructions ?? [];
    const wanted = this.shown ?? listed.find((id) => !this.done.includes(id)) ?? listed[0];
    return (wanted && this.protocol?.instructions[wanted]) || null;
  }

  get canGoBack(): boolean {
    return this.order.length > 0;
  }

  private async put(
    id: string,
    answers: api.Answers,
    about?: { chapter?: string; complaint?: string },
  ): Promise<boolean> {
    return this.work(id, async () => {
      const told = await api.setAnswers(id, answers, about);
      this.given.set(id, answers);
      if (this.callId === id) this.found = told.triage;
    });
  }

  private async known(call: Call): Promise<api.Answers> {
    if (!call.answers_token) return {};
    const kept = (await getPersonal(call.answers_token)) as { text?: string } | null;
    try {
      return JSON.parse(kept?.text ?? "{}") as api.Answers;
    } catch {
      return {}; // answers of another form: asked again
    }
  }

  private async work(callId: string, act: () => Promise<unknown>): Promise<boolean> {
    this.problem = null;
    try {
      await act();
      return true;
    } catch (error) {
      if (this.callId === callId) this.problem = sayError(error);
      return false;
    }
  }
}

export const triage = new Triage();
