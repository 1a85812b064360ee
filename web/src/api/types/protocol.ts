/** The protocol package, and what answers mean by it. */

import type { Incident } from "./incidents";
import type { Call } from "./calls";
import type { CallMark, Recognised } from "./triage";
import type { Both, Level } from "./words";

export interface Question {
  id: string;
  kind: "place" | "phone" | "words" | "yes_no" | "choice" | "number";
  text: Both;
  help?: Both;
  choices?: { id: string; name: Both }[];
  unit?: "years" | "minutes" | "metres" | "people" | "weeks";
}

export interface InstructionStep {
  id: string;
  text: Both;
  timer_s?: number;
  metronome?: boolean;
  marks?: CallMark;
}

export interface Instruction {
  id: string;
  name: Both;
  steps: InstructionStep[];
  urgent?: boolean;
  /** What the helper's own life hangs on: told to the end before anything else. */
  before_all?: boolean;
  metronome_bpm?: number;
}

export interface Chapter {
  id: string;
  name: Both;
  level: Level;
  /** Codes of the complaints that open it. */
  complaints?: string[];
}

export interface Protocol {
  id: string;
  version: string;
  approved_by: string | null;
  is_approved: boolean;
  warning: Both | null;
  chapters: Record<string, Chapter>;
  questions: Record<string, Question>;
  instructions: Record<string, Instruction>;
}

export interface Reason {
  code: string;
  level: Level | null;
  text: Both;
  flags: string[];
}

export interface Assessment {
  chapter: string | null;
  level: Level;
  may_send: boolean;
  matched: Reason[];
  open_criteria: Reason[];
  response: { id: string; name: Both };
  instructions: string[];
  flags: string[];
  recognised: Recognised | null;
  /** The next question that could change what is done. */
  next: Question | null;
  missing: string[];
  not_understood: string[];
}

export interface CallTimes {
  answer_to_recognition_s: number | null;
  answer_to_first_compression_s: number | null;
}

export interface Answered {
  call: Call;
  incident: Incident | null;
  triage: Assessment;
  times: CallTimes;
}
