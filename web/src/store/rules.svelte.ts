/** What the city says about each kind of alarm: its name, what to do, how loud. Asked anew when the policy changes. */

import { listAlarmRules } from "../api/alarms";
import { of, word } from "../i18n/index.svelte";
import type { Alarm } from "../api/types";
import type { Rules } from "./alarms";

class RulesStore {
  of = $state.raw<Rules>({});

  async refresh(): Promise<void> {
    try {
      this.of = Object.fromEntries((await listAlarmRules()).map((rule) => [rule.kind, rule]));
    } catch {
      // codes are shown meanwhile; the next snapshot or policy asks again
    }
  }

  nameOf(kind: Alarm["kind"]): string {
    const rule = this.of[kind];
    return rule ? of(rule.name) : word("alarm", kind);
  }

  doOf(kind: Alarm["kind"]): string {
    const rule = this.of[kind];
    return rule ? of(rule.do) : "";
  }
}

export const rules = new RulesStore();
